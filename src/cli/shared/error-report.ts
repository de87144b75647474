import { ERROR_CODES, type ErrorCode } from '../../errors/codes.js';
import { LimioError } from '../../errors/errors.js';
import { formatCommand } from '../../model/text.js';
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

/** A file that exists may look like an address, too: callers check for one first. */
export function isLikeAddress(text: string): boolean {
  return /^[a-z_]{2,}:./i.test(text);
}

/** Why commands that work on whole plans take no addresses. */
const WHOLE_PLANS: ReadonlyMap<string, { why: string; next?: string }> = new Map([
  ['plan', { why: 'it plans all files, because apply runs whole plans' }],
  [
    'apply',
    {
      why: 'it runs a whole plan, so that what was reviewed is what runs',
      next: '. To apply only that change, undo the other ones in the files, then run: limio-sync apply',
    },
  ],
  ['ci github', { why: 'it reports whole plans' }],
  ['ci gitlab', { why: 'it reports whole plans' }],
]);

/** For an address where a command takes none; undefined for commands that do not work on whole plans. */
export function refuseAddress(command: string, address: string): LimioError | undefined {
  const explained = WHOLE_PLANS.get(command);
  if (!explained) return undefined;
  return refuseUsage(
    `${command} takes no addresses, such as "${address}": ${explained.why}.`,
    'To read the change of one object: limio-sync plan --out plan.json, then ' +
      `${formatCommand('show', 'plan.json', address)}${explained.next ?? ''}`,
  );
}
