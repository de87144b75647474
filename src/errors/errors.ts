import type { ErrorCode } from './codes.js';

export interface LimioErrorInput {
  code: ErrorCode;
  /** One sentence: what was attempted, on what, what came back. */
  message: string;
  /** What to do next, with the command to run where there is one. */
  hint?: string;
  /** For programs; never secrets. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error that library code throws on purpose. docs/errors.md explains every code. */
export class LimioError extends Error {
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly details: Record<string, unknown>;

  constructor(input: LimioErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause });
    this.name = 'LimioError';
    this.code = input.code;
    if (input.hint !== undefined) this.hint = input.hint;
    this.details = input.details ?? {};
  }
}

/** True when a failed call may have been carried out: its answer was lost, or a gateway answered. */
export function isAmbiguous(thrown: unknown): boolean {
  return thrown instanceof LimioError && thrown.details['ambiguous'] === true;
}

/** Replaces every occurrence of a known secret, also where it is escaped in URLs, forms, JSON and HTML. */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const needles = [...new Set([...secrets].flatMap(spellings))]
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => needles.reduce((out, needle) => out.split(needle).join('[redacted]'), text);
}

const HTML_NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function spellings(secret: string): string[] {
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const html = secret.replace(/[&<>"]/g, (char) => HTML_NAMES[char] ?? char);
  return [
    secret,
    encodeURIComponent(secret),
    form,
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replaceAll("'", '&#39;'),
  ];
}
