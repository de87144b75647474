/*
 * Which configuration, or which program of the files, runs now. Both are foreign code: they may end the process, or
 * wait for what never comes. Apart from config.ts, because cli.ts asks when the process exits and must not load the
 * rest for that.
 */
export interface RunningCode {
  /** For messages. */
  name: string;
  /** `file`: a program that declares resources. */
  what: 'config' | 'file';
}

const running = new Set<RunningCode>();

/** Runs foreign code. */
export async function runConfig<T>(
  name: string,
  run: () => Promise<T>,
  what: RunningCode['what'] = 'config',
): Promise<T> {
  const one = { name, what };
  running.add(one);
  try {
    return await run();
  } finally {
    running.delete(one);
  }
}

/** What has not finished. */
export function findRunningCode(): RunningCode | undefined {
  return [...running][0];
}
