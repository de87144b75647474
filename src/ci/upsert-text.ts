import { LimioError } from '../errors/errors.js';
import type { TextStore, WriteAnswer } from './text-store.js';

export interface Upsert {
  marker: string;
  /** The text, at most so many bytes; it begins with the marker. */
  render: (maxBytes: number) => string;
  /** Whether a text is written where there is none yet. */
  createMissing: boolean;
  /** Lets the host catch up with itself before a lost creation is looked for. */
  pause: () => Promise<void>;
}

export interface UpsertResult {
  action: 'created' | 'updated' | 'unchanged' | 'none';
  url?: string;
}

/** GitHub takes 65,536 characters in a comment, and as many bytes are never more. */
const MOST_BYTES = 65_536;
const LEAST_BYTES = 1024;
const MAX_ATTEMPTS = 3;

/**
 * One text for a marker, updated in place; a text that is right already is not written. A creation
 * whose answer was lost is looked for before it is tried again, so it never stands there twice.
 *
 * @throws LimioError CI_API, CI_DENIED.
 */
export async function upsertText(
  store: TextStore,
  { marker, render, createMissing, pause }: Upsert,
): Promise<UpsertResult> {
  let maxBytes = MOST_BYTES;
  for (let attempt = 1; ;) {
    const own = await store.findOwn(marker);
    if (own === undefined && !createMissing) return { action: 'none' };
    const body = render(maxBytes);
    if (own?.body.trim() === body.trim()) return { action: 'unchanged', ...pickUrl(own) };
    const answer = await write(store, own?.id, body, attempt < MAX_ATTEMPTS);
    if (answer.kind === 'written') return { action: own ? 'updated' : 'created', ...pickUrl(answer) };
    if (answer.kind === 'uncertain') {
      attempt += 1;
      await pause();
    } else if (maxBytes / 2 < LEAST_BYTES)
      throw new LimioError({ code: 'CI_API', message: `Even ${maxBytes} bytes of text were refused as too long.` });
    else maxBytes = Math.floor(maxBytes / 2);
  }
}

async function write(
  store: TextStore,
  id: string | undefined,
  body: string,
  mayRetry: boolean,
): Promise<WriteAnswer | { kind: 'uncertain' }> {
  try {
    return await (id === undefined ? store.create(body) : store.update(id, body));
  } catch (error) {
    if (mayRetry && error instanceof LimioError && error.details['uncertain'] === true) return { kind: 'uncertain' };
    throw error;
  }
}

function pickUrl({ url }: { url?: string }): { url?: string } {
  return url === undefined ? {} : { url };
}
