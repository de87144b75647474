import { createHash } from 'node:crypto';
import { LimioError } from '../../errors/errors.js';
import { escapeRegExp, formatSecretReference, SECRET_OPENING } from '../../model/text.js';

/** The secrets of one environment: the value of each variable of the process, by its name. */
export type SecretValues = ReadonlyMap<string, string>;

/** Texts with secrets in them <-> texts with references in them. */
export interface SecretCodec {
  /**
   * Every secret becomes its reference and a foreign `${secret:` becomes `${secret:}`, so that no
   * text of a tenant is ever taken for a reference. Different texts stay different.
   */
  hide: (text: string) => string;
  /** The inverse of `hide`. @throws LimioError INTERNAL for an unknown reference and for a digest. */
  reveal: (text: string) => string;
  /** The canonical spelling of a text with references: two names may have the same value. Digests stay. */
  recode: (text: string) => string;
  /** For people: `(secret, sha256:ab12cd34ef56)` in place of references and digests. */
  show: (text: string) => string;
  /** Replaces a hidden text or number of a plan that is none of the secrets. */
  digest: (leaf: string | number) => string;
}

const TOKEN = /\$\{secret:(?:([A-Za-z_][A-Za-z0-9_]*)|sha256:([0-9a-f]{12})|)\}/g;

const DIGEST = /^\$\{secret:sha256:[0-9a-f]{12}\}$/;

const ONLY_TOKENS = /^(?:\$\{secret:[^}]+\})+$/;

const ANY_TOKEN = /\$\{secret:[^}]/;

export function createSecretCodec(secrets: SecretValues): SecretCodec {
  const names = new Map([...secrets].sort(([a], [b]) => (a < b ? 1 : -1)).map(([name, value]) => [value, name]));
  // The longest first: one secret may be the beginning of another.
  const values = [...names.keys()].sort((a, b) => b.length - a.length);
  const sought = new RegExp([...values, SECRET_OPENING].map(escapeRegExp).join('|'), 'g');
  const shown = new Map([...secrets].map(([name, value]) => [name, showDigest(hashSecret(value).slice(0, 12))]));

  const hide = (text: string): string => text.replace(sought, (found) => formatSecretReference(names.get(found) ?? ''));
  const reveal = (text: string): string =>
    text.replace(TOKEN, (token, name: string | undefined, hex: string | undefined) => {
      if (name === undefined && hex === undefined) return SECRET_OPENING;
      const value = name === undefined ? undefined : secrets.get(name);
      if (value !== undefined) return value;
      throw new LimioError({ code: 'INTERNAL', message: `${token} refers to an unknown secret.` });
    });
  return {
    hide,
    reveal,
    recode: (text) => (isDigest(text) ? text : hide(reveal(text))),
    show: (text) =>
      text.replace(TOKEN, (token, name: string | undefined, hex: string | undefined) => {
        if (hex !== undefined) return showDigest(hex);
        return name === undefined ? SECRET_OPENING : (shown.get(name) ?? token);
      }),
    digest: (leaf) => {
      // A number is not the text that looks like it.
      const hex = hashSecret(typeof leaf === 'string' ? reveal(leaf) : JSON.stringify([leaf]));
      return `${SECRET_OPENING}sha256:${hex.slice(0, 12)}}`;
    },
  };
}

/** SHA-256 in hex of a value. */
export function hashSecret(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** Whether a text of a plan refers to a secret or holds a digest. */
export function holdsSecret(text: string): boolean {
  return ANY_TOKEN.test(text);
}

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** Whether the text consists of references and digests only. */
export function isAllSecret(text: string): boolean {
  return ONLY_TOKENS.test(text);
}

/** The names that a text refers to. */
export function listSecretNames(text: string): string[] {
  return [...text.matchAll(TOKEN)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

function showDigest(hex: string): string {
  return `(secret, sha256:${hex})`;
}
