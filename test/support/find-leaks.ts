import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** As the emulator makes them: 24 random bytes in base64url. */
const TOKEN_LENGTH = 32;

const tokens = new Set<string>();

// Emulators of the tests run in this process, so every token passes by here.
diagnostics.subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  const token = /^Bearer ([\w-]{32})$/.exec(request.headers.authorization ?? '')?.[1];
  if (token !== undefined) tokens.add(token);
});

/** Every token that was shown to an HTTP server of this process so far. */
export function listTokens(): ReadonlySet<string> {
  return tokens;
}

/** What a text holds and must not: client secrets of that environment, and tokens. */
export function findLeaks(text: string, env: Readonly<Record<string, string>>): string[] {
  const leaked = Object.entries(env).flatMap(([name, value]) =>
    name.endsWith('CLIENT_SECRET') && value.length > 7 && text.includes(value) ? [`the value of ${name}`] : [],
  );
  return holdsToken(text) ? [...leaked, 'a token'] : leaked;
}

/** Looks at every place where a token could stand, instead of for each of thousands of tokens. */
export function holdsToken(text: string): boolean {
  for (const [word] of text.matchAll(/[\w-]{32,}/g)) {
    for (let at = 0; at + TOKEN_LENGTH <= word.length; at += 1)
      if (tokens.has(word.slice(at, at + TOKEN_LENGTH))) return true;
  }
  return false;
}
