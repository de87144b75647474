import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** Of every emulator of the chaos suites. Long and odd, so that it stands nowhere by chance. */
export const CHAOS_SECRET = 'chaos~s3cret.Zq8-vT4xWz7LmpR9Yb_Hc3Jd5';

export interface SecretWatch {
  /** How many tokens were seen on their way to an emulator of this process. */
  tokens(): number;
  /** Remembers what came out; where, for the report of a leak. */
  inspect(where: string, text: string): void;
  /** Every place in which the client secret or a token stood. */
  leaks(): string[];
  /** Characters that were inspected. */
  size(): number;
  stop(): void;
}

/** Listens to every HTTP server of this process for tokens, and looks for them in what it is shown. */
export function watchSecrets(): SecretWatch {
  const tokens = new Set<string>();
  const found = new Set<string>();
  const shown: [where: string, text: string][] = [];
  let size = 0;
  const listen = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    const token = /^Bearer ([\w-]{32})$/.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined) tokens.add(token);
  };
  diagnostics.subscribe('http.server.request.start', listen);
  const look = (): void => {
    for (const [where, text] of shown) if (text.includes(CHAOS_SECRET) || holdsToken(text, tokens)) found.add(where);
    shown.length = 0;
  };
  return {
    tokens: () => tokens.size,
    inspect: (where, text) => {
      size += text.length;
      shown.push([where, text]);
      // A text is looked through when its run is over: all of that run's tokens are known by then.
      if (shown.length > 50) look();
    },
    leaks: () => {
      look();
      return [...found];
    },
    size: () => size,
    stop: () => diagnostics.unsubscribe('http.server.request.start', listen),
  };
}

/** As the emulator makes them: 24 random bytes in base64url. */
const TOKEN_LENGTH = 32;

/** Looks at every place where a token could stand, instead of for each of thousands of tokens. */
function holdsToken(text: string, tokens: ReadonlySet<string>): boolean {
  for (const [word] of text.matchAll(/[\w-]{32,}/g)) {
    for (let at = 0; at + TOKEN_LENGTH <= word.length; at += 1) if (tokens.has(word.slice(at, at + TOKEN_LENGTH))) return true;
  }
  return false;
}
