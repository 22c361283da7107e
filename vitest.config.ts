/**
 * How the tests run. Most of them are about functions, and arenas within the process: their files share processes, which spares each a second
 * of loading. What starts processes, changes the one that it is in or takes long has one to itself and comes first, because projects
 * run in the order of their names: so no long file is left for the end.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const alone = [
  'tests/{faults,process,simulation,web}/**/*.test.ts',
  'tests/cli/{launch,processes}.test.ts',
  'tests/persistence/{journal,owner}.test.ts',
  'tests/{actors/reachable,actors/view-memory,runtime/crash,runtime/timers,app/model-contest,app/secrets,signals/traces}.test.ts',
];

// What packages are compiled to is kept from one process to the next, where arenas that are started keep it too.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');

export default defineConfig({
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['tests/support/file-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    // They end what hangs. A state that comes later on a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'together', include: ['tests/**/*.test.ts'], exclude: alone, isolate: false } },
    ],
  },
});
