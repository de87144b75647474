import { isAmbiguous, LimioError } from '../errors/errors.js';
import { defined } from '../model/json.js';

/** A text that limio-sync wrote earlier: a comment, a note, an issue. */
export interface OwnText {
  id: string;
  body: string;
  url?: string;
}

/** `too-long`: nothing was written, because the host takes less. */
export type WriteAnswer = { kind: 'written'; url?: string } | { kind: 'too-long' };

/** Where texts are kept: the comments of a pull request, the notes of a merge request, issues. */
export interface TextStore {
  /** The first text of our own, and of nobody else, that begins with the marker. */
  findOwn(marker: string): Promise<OwnText | undefined>;
  create(body: string): Promise<WriteAnswer>;
  update(id: string, body: string): Promise<WriteAnswer>;
}

export interface Upsert {
  marker: Marker;
  /** The text below the marker, at most so many bytes. */
  render: (maxBytes: number) => string;
  /** Whether a text is written where there is none yet. */
  createMissing: boolean;
  /** Waits for the host to show a created text before it is searched. */
  pause: () => Promise<void>;
}

export interface UpsertResult {
  action: 'created' | 'updated' | 'unchanged' | 'none';
  url?: string;
}

/** GitHub takes 65,536 characters in a comment, which are at least as many bytes. */
const MOST_BYTES = 65_536;
const LEAST_BYTES = 1024;
const MAX_ATTEMPTS = 3;

/**
 * Posts a plan to a code host: one text per marker, updated in place, and not written when it is right
 * already. After a lost answer the text is searched before it is created again, so it never appears
 * twice. The stores are in github.ts and gitlab.ts, their calls in rest.ts, what a pipeline reads in
 * outputs.ts.
 * @throws LimioError CI_API, CI_DENIED.
 */
export async function upsertText(
  store: TextStore,
  { marker, render, createMissing, pause }: Upsert,
): Promise<UpsertResult> {
  let maxBytes = MOST_BYTES;
  for (let attempt = 1; ;) {
    const own = await findMarked(store, marker);
    if (own === undefined && !createMissing) return { action: 'none' };
    const line = marker.line ?? own?.body.split('\n')[0] ?? '';
    const body = `${line}\n${render(maxBytes - line.length - 1)}`;
    if (own?.body.trim() === body.trim()) return { action: 'unchanged', ...defined({ url: own.url }) };
    const answer = await write(store, own?.id, body, attempt < MAX_ATTEMPTS);
    if (answer.kind === 'written') return { action: own ? 'updated' : 'created', ...defined({ url: answer.url }) };
    if (answer.kind === 'lost') {
      attempt += 1;
      await pause();
    } else if (maxBytes / 2 < LEAST_BYTES)
      throw new LimioError({ code: 'CI_API', message: `A text of only ${maxBytes} bytes was refused as too long.` });
    else maxBytes = Math.floor(maxBytes / 2);
  }
}

async function write(
  store: TextStore,
  id: string | undefined,
  body: string,
  mayRetry: boolean,
): Promise<WriteAnswer | { kind: 'lost' }> {
  try {
    return await (id === undefined ? store.create(body) : store.update(id, body));
  } catch (error) {
    if (mayRetry && isAmbiguous(error)) return { kind: 'lost' };
    throw error;
  }
}

/** The text of the marker, else that of an earlier version, which is updated in place. */
export async function findMarked(store: TextStore, { starts }: Marker): Promise<OwnText | undefined> {
  for (const start of starts) {
    const own = await store.findOwn(start);
    if (own) return own;
  }
  return undefined;
}

/** Replaces an outdated plan. Only the code is shown: messages may contain text of anybody. */
export function writeNoPlan(title: string, code: string, runUrl?: string): string {
  const where = runUrl === undefined ? 'The log of the run says why.' : `[The log of the run](${runUrl}) says why.`;
  return `### ${title}\n\nThere is no plan for the latest commit: ${quoteName(code)}. ${where}\n`;
}

/** The last comment of an issue whose cause is gone. */
export function writeResolved(environment: string, runUrl?: string): string {
  const where = runUrl === undefined ? '' : ` See [the run](${runUrl}).`;
  return `Files and tenant of ${quoteName(environment)} agree again.${where}\n`;
}

/** In a code span nothing is a mention, a link or HTML. */
function quoteName(name: string): string {
  return `\`${name.replace(/[^\p{L}\p{N}_.:/-]/gu, '_')}\``;
}

/** Whose plan a text shows. */
export interface Subject {
  environment: string;
  /** Of the tenant; undefined when the configuration could not be read. */
  host?: string;
  /** Folder of the configuration in the repository; '' for its root. */
  folder: string;
}

/** `Plan for `prod` of `brands/acme``: several brands have an environment of that name. */
export function writeTitle({ environment, folder }: Subject): string {
  return `Plan for ${quoteName(environment)}${folder === '' ? '' : ` of ${quoteName(folder)}`}`;
}

/** How a run finds the text of an earlier one, and marks its own. */
export interface Marker {
  /** The hidden first line; undefined keeps that of the text that was found. */
  line: string | undefined;
  /** How such a text begins, also one of an earlier version, which named only the environment. */
  starts: readonly string[];
}

/** Names environment, folder and tenant. No name can end the HTML comment or the line. */
export function makeMarker(what: 'plan' | 'issue', { environment, host, folder }: Subject): Marker {
  const earlier = `<!-- limio-sync:${what}:${encode(environment)}`;
  const begin = `${earlier}:${encode(folder === '' ? '.' : folder)}:`;
  const line = host === undefined ? undefined : `${begin}${encode(host)} -->`;
  return { line, starts: [line ?? begin, `${earlier} -->`] };
}

function encode(name: string): string {
  // Half a character, which only a hand-made plan file can contain, cannot be encoded.
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '\uFFFD')).replaceAll('--', '-%2D');
}
