import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Far above what any test takes: a busy machine must not look like a mistake.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The files of a worker share its modules: loading them anew for each cost as much as the tests.
    // So a test leaves nothing behind in a module, the process or its environment.
    isolate: false,
    // Many tests wait for a process or a socket, so two workers use two cores.
    maxWorkers: 2,
  },
});
