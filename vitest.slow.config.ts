import { defineConfig } from 'vitest/config'
import fast from './vitest.config.ts'

/** What takes longer than the eight minutes that npm test may take. */
export default defineConfig({
  ...fast,
  test: {
    ...fast.test,
    include: ['test/slow/**/*.test.ts'],
    exclude: [],
    passWithNoTests: true,
    maxWorkers: 2,
    isolate: true,
    testTimeout: 30 * 60_000,
    hookTimeout: 10 * 60_000,
    reporters: ['default', ['json', { outputFile: 'out/test-slow.json' }]],
  },
})
