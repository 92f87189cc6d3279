import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/setup/longest-first.js'
import { suites } from './test/setup/suites.js'

const { programs, services, quick, quickWithMocks, matrix } = suites()
const globalSetup = 'test/setup/services.ts'

export default defineConfig({
  test: {
    // One more than cores: there is always a suite that waits for a program or a database.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes rather than threads: suites start servers, listen for signals and set the time zone.
    pool: 'forks',
    // Where it is safe, suites share processes: what they import is loaded and compiled once, which is much for PGlite.
    projects: [
      { extends: true, test: { name: 'programs', include: programs, globalSetup } },
      { extends: true, test: { name: 'services', include: services, globalSetup, isolate: false } },
      { extends: true, test: { name: 'quick', include: quick, isolate: false } },
      { extends: true, test: { name: 'quick-with-mocks', include: quickWithMocks } },
      { extends: true, test: { name: 'matrix', include: matrix, globalSetup } },
    ],
  },
})
