import { defineConfig } from 'vitest/config'

/** Three workers, since many tests wait for something; each with a MongoDB database name and a Redis prefix of its own (test/support/parts.ts). */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/slow/**'],
    pool: 'forks',
    maxWorkers: 3,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/vitest-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'out/test.json' }]],
  },
})
