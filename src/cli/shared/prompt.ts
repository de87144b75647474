import { createInterface } from 'node:readline/promises';
import { LimioError } from '../../errors/errors.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo } from './io.js';

export interface Question {
  text: string;
  /** The value of an empty answer. */
  fallback?: string | undefined;
  /** Why an answer cannot be used, as sentences; undefined for a good one. */
  findFault: (answer: string) => string | undefined;
}

/** Asks one question, again until the answer can be used. */
export type Ask = (question: Question) => Promise<string>;

/** Whether somebody can answer: at a terminal, and in no CI job, which may have one. */
export function canAsk({ stdin, env }: Pick<CliIo, 'stdin' | 'env'>): boolean {
  return stdin.isTTY === true && ['', 'false', '0'].includes(env['CI'] ?? '');
}

/**
 * Questions on stderr, answers from stdin, a line each.
 * @throws LimioError INTERRUPTED when the input ends, or after Ctrl-C.
 */
export async function withPrompt<T>(io: CliIo, use: (ask: Ask) => Promise<T>): Promise<T> {
  const prompt = createInterface({ input: io.stdin });
  const lines = prompt[Symbol.asyncIterator]();
  const abort = (): void => prompt.close();
  io.signal.addEventListener('abort', abort);
  const ask: Ask = async ({ text, fallback, findFault }) => {
    for (;;) {
      io.stderr.write(escapeTerminal(`${text}${fallback ? ` [${fallback}]` : ''}: `));
      const line = await lines.next();
      if (line.done)
        throw new LimioError({
          code: 'INTERRUPTED',
          message: 'The input ended before all questions were answered; nothing was written.',
        });
      const answer = line.value.trim() || (fallback ?? '');
      const fault = findFault(answer);
      if (fault === undefined) return answer;
      io.stderr.write(`${escapeTerminal(fault)}\n`);
    }
  };
  try {
    return await use(ask);
  } finally {
    io.signal.removeEventListener('abort', abort);
    prompt.close();
  }
}
