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
