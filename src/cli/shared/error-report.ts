import { ERROR_CODES, type ErrorCode } from '../../errors/codes.js';
import { LimioError } from '../../errors/errors.js';
import type { Problem } from '../../model/problem.js';
import { escapeTerminal } from '../../render/escape.js';
import type { SourceText } from '../../source/documents.js';
import { formatJson } from './output.js';

/** What went wrong, as one value for text and JSON. */
export interface ErrorReport {
  code: ErrorCode;
  message: string;
  hint?: string;
  details?: Record<string, unknown>;
  stack?: string;
}

/** An error that is not ours is our bug, and says so. */
export function describeError(error: unknown): ErrorReport {
  if (error instanceof LimioError) {
    const { code, message, hint, details, stack } = error;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(Object.keys(details).length === 0 ? {} : { details }),
      ...(stack === undefined ? {} : { stack }),
    };
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  return {
    code: 'INTERNAL',
    message: `limio-sync met a situation it was not written for: ${cause.message}`,
    hint: 'This is a bug of limio-sync, not of your files. Run again with --debug and report what it prints.',
    ...(cause.stack === undefined ? {} : { stack: cause.stack }),
  };
}

export function exitCodeOf(report: ErrorReport): number {
  return ERROR_CODES[report.code].exit;
}

export function renderErrorText(report: ErrorReport, debug: boolean): string {
  const lines = [
    `error ${report.code}: ${escapeLines(report.message)}`,
    ...(report.hint === undefined ? [] : [escapeLines(report.hint)]),
  ];
  return `${[...lines, ...(debug ? listFrames(report) : [])].join('\n')}\n`;
}

/** Our own lists stand on indented lines; any other line break came with a foreign name and stays in its line. */
function escapeLines(text: string): string {
  return text
    .split(/\n(?= )/)
    .map(escapeTerminal)
    .join('\n');
}

/** The stack without the message that it begins with. */
function listFrames({ stack = '' }: ErrorReport): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map(escapeTerminal);
}

/** The one JSON document of a failed command. */
export function renderErrorJson(report: ErrorReport, debug: boolean): string {
  const { stack, ...error } = report;
  return formatJson({ kind: 'limio-sync/error', formatVersion: 1, error: debug ? { ...error, stack } : error });
}

/** The files have errors. Carries all problems with the texts, so that the one catch can show them with frames. */
export class ProblemsFound extends LimioError {
  readonly problems: readonly Problem[];
  readonly files: readonly SourceText[];

  constructor(problems: readonly Problem[], files: readonly SourceText[], again = 'limio-sync validate') {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    super({
      code: 'FILES_INVALID',
      message: `The files have ${errors === 1 ? 'an error' : `${errors} errors`}; nothing was sent.`,
      hint: `To see this again without the network: ${again}`,
      details: { problems },
    });
    this.problems = problems;
    this.files = files;
  }
}
