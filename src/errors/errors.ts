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

  constructor(facts: LimioErrorInput) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'LimioError';
    this.code = facts.code;
    if (facts.hint !== undefined) this.hint = facts.hint;
    this.details = facts.details ?? {};
  }
}

/** True when a failed call may have been carried out: its answer was lost, or a gateway answered. */
export function isAmbiguous(thrown: unknown): boolean {
  return thrown instanceof LimioError && thrown.details['ambiguous'] === true;
}
