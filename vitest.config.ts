import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/bench/**'],
    globalSetup: ['test/setup/build.ts', 'test/setup/postgres.ts'],
    // Processes rather than threads: several suites start servers, spawn the command line and listen for signals.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
