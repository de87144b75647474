import { LimioError } from '../errors/errors.js';

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

/** A text that this tool wrote earlier: a comment, a note, an issue. */
export interface OwnText {
  id: string;
  body: string;
  url?: string;
}

/** What a write came to. `too-long`: nothing was written, because the host takes less. */
export type WriteAnswer = { kind: 'written'; url?: string } | { kind: 'too-long' };

/** Where texts are kept: the comments of a pull request, the notes of a merge request, issues. */
export interface TextStore {
  /** The first text of our own, and of nobody else, that begins with the marker. */
  findOwn(marker: string): Promise<OwnText | undefined>;
  create(body: string): Promise<WriteAnswer>;
  update(id: string, body: string): Promise<WriteAnswer>;
}

/** A plan under its marker, which counts against the limit. Takes what renders the plan in so many bytes. */
export function putUnderMarker(marker: string, render: (maxBytes: number) => string): (maxBytes: number) => string {
  return (maxBytes) => `${marker}\n${render(maxBytes - marker.length - 1)}`;
}

/** Takes the place of an earlier plan that is no longer true. The code alone is said: sentences may hold anybody's text. */
export function writeNoPlan(environment: string, code: string, runUrl?: string): string {
  const where = runUrl === undefined ? 'The log of the run says why.' : `[The log of the run](${runUrl}) says why.`;
  return `### Plan for ${quoteName(environment)}\n\nThere is no plan for the latest commit: ${quoteName(code)}. ${where}\n`;
}

/** The last word in an issue whose reason is gone. */
export function writeResolved(environment: string, runUrl?: string): string {
  const where = runUrl === undefined ? '' : ` See [the run](${runUrl}).`;
  return `Files and tenant of ${quoteName(environment)} agree again.${where}\n`;
}

/** A code span, in which nothing is a mention, a link or HTML. */
function quoteName(name: string): string {
  return `\`${name.replace(/[^\p{L}\p{N}_.:-]/gu, '_')}\``;
}

/**
 * The hidden first line by which a later run finds what an earlier one wrote. A name can close
 * neither the comment nor the line.
 */
export function makeMarker(what: 'plan' | 'issue', environment: string): string {
  // Half a character, which only a hand-made plan file can hold, cannot be encoded.
  const name = encodeURIComponent(environment.replace(/\p{Cs}/gu, '\uFFFD')).replaceAll('--', '-%2D');
  return `<!-- limio-sync:${what}:${name} -->`;
}
