import { ERROR_CODES, type ErrorCode } from '../../errors/codes.js';
import { LimioError } from '../../errors/errors.js';
import { escapeTerminal } from '../../render/escape.js';
import { formatJson } from './output.js';

/** An error as one value, for text and JSON. */
export interface ErrorReport {
  code: ErrorCode;
  message: string;
  hint?: string;
  details?: Record<string, unknown>;
  stack?: string;
}

/** Any error that is no LimioError is a bug of limio-sync, and says so. */
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
    message: `Internal error: ${cause.message}`,
    hint: 'This is a bug in limio-sync, not in your files. Run again with --debug and report the output.',
    ...(cause.stack === undefined ? {} : { stack: cause.stack }),
  };
}

export function exitCodeOf(report: Pick<ErrorReport, 'code'>): number {
  return ERROR_CODES[report.code].exit;
}

export function renderErrorText(report: ErrorReport, debug: boolean): string {
  const lines = [
    `error ${report.code}: ${escapeLines(report.message)}`,
    ...(report.hint === undefined ? [] : [escapeLines(report.hint)]),
  ];
  return `${[...lines, ...(debug ? listFrames(report) : [])].join('\n')}\n`;
}

/** Our own lists are indented lines. Any other line break came with a name from outside and is escaped. */
function escapeLines(text: string): string {
  return text
    .split(/\n(?= )/)
    .map(escapeTerminal)
    .join('\n');
}

/** The stack without the message at its start. */
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

/** For a command line that cannot run as typed. */
export function refuseUsage(message: string, hint?: string): LimioError {
  return new LimioError({ code: 'USAGE', message, ...(hint === undefined ? {} : { hint }) });
}
