/*
 * Which configuration runs now. It is foreign code: it may end the process, or wait for what never comes. Apart from
 * config.ts, because cli.ts asks when the process exits and must not load the rest for that.
 */
const running = new Set<string>();

/** Runs code of a configuration. `name` is for messages. */
export async function runConfig<T>(name: string, run: () => Promise<T>): Promise<T> {
  running.add(name);
  try {
    return await run();
  } finally {
    running.delete(name);
  }
}

/** The name of a configuration that has not finished. */
export function findRunningConfig(): string | undefined {
  return [...running][0];
}
