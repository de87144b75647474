import { holdsToken, listTokens } from '../find-leaks.js';

/** Of every emulator of the chaos suites. Long and odd, so that it stands nowhere by chance. */
export const CHAOS_SECRET = 'chaos~s3cret.Zq8-vT4xWz7LmpR9Yb_Hc3Jd5';

export interface SecretWatch {
  /** How many tokens were seen on their way to an emulator of this process. */
  tokens(): number;
  /** Remembers what came out; where, for the report of a leak. */
  inspect(where: string, text: string): void;
  /** Every place in which the client secret or a token stood. */
  leaks(): string[];
}

/** Looks for the client secret, and for every token that an emulator of this process was shown, in what it is given. */
export function watchSecrets(): SecretWatch {
  const before = listTokens().size;
  const found = new Set<string>();
  const shown: [where: string, text: string][] = [];
  const look = (): void => {
    for (const [where, text] of shown) if (text.includes(CHAOS_SECRET) || holdsToken(text)) found.add(where);
    shown.length = 0;
  };
  return {
    tokens: () => listTokens().size - before,
    inspect: (where, text) => {
      shown.push([where, text]);
      // A text is looked through when its run is over: all of that run's tokens are known by then.
      if (shown.length > 50) look();
    },
    leaks: () => {
      look();
      return [...found];
    },
  };
}
