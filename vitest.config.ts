import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Many tests wait for a process or a socket, so two workers use two cores.
    maxWorkers: 2,
  },
});
