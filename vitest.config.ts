import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that start many processes run first: a start copies the page tables of the worker, which grows with every file
 * that it ran. 7 ms in a new worker, 33 ms in one of 500 MB.
 */
const STARTS_PROCESSES = /\/test\/(?:store\/git-store|browser\/|end-to-end\/)/;

class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const first = sorted.filter(({ moduleId }) => STARTS_PROCESSES.test(moduleId));
    return [...first, ...sorted.filter((file) => !first.includes(file))];
  }
}

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
    sequence: { sequencer: ProcessesFirst },
  },
});
