import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { CliIo } from '../cli-io.js';

/** Asks at the terminal; only `yes` is a yes. Ctrl-C and a closed input are a no. */
export async function askYes(io: CliIo, question: string): Promise<boolean> {
  const prompt = createInterface({ input: io.stdin });
  try {
    io.stderr.write(`${question}\nOnly "yes" is accepted: `);
    // An input that ends (Ctrl-D) leaves the question itself unanswered for ever.
    const ended = once(prompt, 'close').then(() => '');
    const answer = await Promise.race([prompt.question('', { signal: io.signal }), ended]);
    return answer.trim() === 'yes';
  } catch {
    return false;
  } finally {
    prompt.close();
  }
}
