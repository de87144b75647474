import { createInterface } from 'node:readline/promises';
import type { CliIo } from './cli-io.js';

/** Asks at the terminal; only `yes` is a yes. Ctrl-C and a closed input are a no. */
export async function askYes(io: CliIo, question: string): Promise<boolean> {
  const prompt = createInterface({ input: io.stdin });
  try {
    io.stderr.write(`${question}\nOnly "yes" is accepted: `);
    return (await prompt.question('', { signal: io.signal })).trim() === 'yes';
  } catch {
    return false;
  } finally {
    prompt.close();
  }
}
