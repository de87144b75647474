import { extname, relative, resolve, sep } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import { hintAtWriteFailure, writeNamedFile } from '../../journal/files.js';
import type { Plan } from '../../model/plan.js';
import { replaceUnsafe } from '../../render/escape.js';
import { chooseStyle, type Style } from '../../render/terminal.js';
import type { CliIo, CliStream } from './io.js';
import type { CommonOptions } from './options.js';

/** Colours, and the width of the terminal where there is one. */
export interface TextLayout {
  style: Style;
  width?: number;
}

/** Prints the result of a command: one JSON document, or the text that `renderText` makes. */
export function printResult(
  io: CliIo,
  options: Pick<CommonOptions, 'format' | 'color'>,
  document: unknown,
  renderText: (layout: TextLayout) => string,
): void {
  io.stdout.write(
    options.format === 'json' ? formatJson(document) : renderText(chooseTextLayout(io.stdout, io, options)),
  );
}

export function chooseTextLayout(
  stream: CliStream,
  io: Pick<CliIo, 'env'>,
  { color }: Pick<CommonOptions, 'color'>,
): TextLayout {
  const style = chooseStyle(chooseColour(stream, io.env, color));
  return stream.isTTY === true && stream.columns !== undefined ? { style, width: stream.columns } : { style };
}

/** NO_COLOR and --no-color win, then FORCE_COLOR, then whether it is a terminal. */
function chooseColour(stream: { isTTY?: boolean }, env: CliIo['env'], option: boolean): boolean {
  if (!option || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Writes characters that a terminal obeys or hides as \u escapes, which mean the same in JSON. */
export function formatJson(value: unknown): string {
  return `${replaceUnsafe(JSON.stringify(value, null, 2), escapeCharacter)}\n`;
}

function escapeCharacter(char: string): string {
  if (char === '\n') return char;
  return char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export interface ReportOptions {
  /** Files to write; the extension selects the format. */
  report?: string[];
  /** Size limit of a Markdown report. */
  maxBytes?: number;
  /** In texts, each change that a template or a base makes. */
  unfold?: boolean;
}

type Render = (plan: Plan, options: ReportOptions) => Promise<string>;

/** Each renderer is loaded only when a report needs it. */
const REPORT_FORMATS: Readonly<Record<string, Render>> = {
  '.json': async (plan) => formatJson(plan),
  '.txt': async (plan, { unfold = false }) => {
    const [{ renderPlanText }, { PLAIN_STYLE }] = await Promise.all([
      import('../../render/plan/text.js'),
      import('../../render/terminal.js'),
    ]);
    return renderPlanText(plan, { style: PLAIN_STYLE, unfold });
  },
  '.md': async (plan, { maxBytes }) => {
    const { renderPlanMarkdown } = await import('../../render/plan/markdown.js');
    return renderPlanMarkdown(plan, maxBytes === undefined ? {} : { maxBytes });
  },
  '.html': async (plan) => (await import('../../render/plan/html.js')).renderPlanHtml(plan),
};

/** Called before any work is done. @throws LimioError USAGE for an unknown extension. */
export function checkReports({ report = [] }: ReportOptions): void {
  const unknown = report.filter((file) => !Object.hasOwn(REPORT_FORMATS, extname(file).toLowerCase()));
  if (unknown.length === 0) return;
  throw new LimioError({
    code: 'USAGE',
    message: `Cannot write a report to ${unknown.join(', ')}: unknown extension.`,
    hint: `Use one of ${Object.keys(REPORT_FORMATS).join(', ')}.`,
  });
}

/** @throws LimioError USAGE when a file cannot be written. */
export async function writeReports(io: CliIo, plan: Plan, options: ReportOptions): Promise<void> {
  for (const file of options.report ?? []) {
    const text = await REPORT_FORMATS[extname(file).toLowerCase()]?.(plan, options);
    if (text !== undefined) writeOutput(io, file, text);
  }
}

/** @throws LimioError USAGE when the file cannot be written. */
export function writeOutput(io: CliIo, file: string, text: string): void {
  try {
    writeNamedFile(io.cwd, resolve(io.cwd, file), text);
  } catch (error) {
    throw new LimioError({
      code: 'USAGE',
      message: `Cannot write ${file} (${nameFileError(error)}).`,
      hint: hintAtWriteFailure(error),
      cause: error,
    });
  }
}

/** The code of a file system error: ENOENT. */
export function nameFileError(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'link-outside')
    return 'a link leads out of the folder';
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/**
 * The prefix that makes paths of problems start at the root of the checkout, as GitHub annotations
 * need: `shop/`, or nothing. Problems name files from `root`, the folder of the configuration.
 */
export function locateInCheckout(io: CliIo, root: string): string {
  const workspace = io.env['GITHUB_WORKSPACE'];
  if (!workspace) return '';
  const folder = relative(resolve(workspace), root);
  return folder === '' || folder.startsWith('..') ? '' : `${folder.split(sep).join('/')}/`;
}
