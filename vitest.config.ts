import { defineConfig } from 'vitest/config'

/**
 * Three workers, since many tests wait for something; each with a MongoDB database name and a Redis prefix of its own
 * (test/support/parts.ts). A worker reads the sources and compiles the contract once, for all of its files: for each file
 * anew it took as long as the tests themselves. So files share what modules keep, and a test that needs a part otherwise
 * spies on it (undone after each file) and mocks no module.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/slow/**'],
    pool: 'forks',
    maxWorkers: 3,
    isolate: false,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/vitest-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'out/test.json' }]],
  },
})
