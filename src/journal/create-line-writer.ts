/** The part of a file handle that is needed. */
export interface LineFile {
  appendFile(text: string): Promise<unknown>;
  datasync(): Promise<unknown>;
}

/**
 * Appends lines in the order of the calls. Each call resolves when its line is on the disk; lines
 * that come while the disk is busy share one fsync. After a failure the next line begins on a line
 * of its own, since nobody knows how much of the failed one was written.
 */
export function createLineWriter(file: LineFile): (line: string) => Promise<void> {
  let waiting: Waiting[] = [];
  let isDraining = false;
  let torn = false;

  async function drain(): Promise<void> {
    isDraining = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await file.appendFile(`${torn ? '\n' : ''}${batch.map(({ line }) => `${line}\n`).join('')}`);
        await file.datasync();
        torn = false;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        torn = true;
        for (const { reject } of batch) reject(error);
      }
    }
    isDraining = false;
  }

  return (line) =>
    new Promise((resolve, reject) => {
      waiting.push({ line, resolve, reject });
      if (!isDraining) void drain();
    });
}

interface Waiting {
  line: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}
