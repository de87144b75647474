import { writeFileSync } from 'node:fs';
import { dirname, extname, relative, resolve, sep } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import { replaceUnsafe } from '../../render/escape.js';
import { chooseStyle, type Style } from '../../render/terminal.js';
import type { CliIo, CliStream, CommonOptions } from './io.js';

/** How a plan is laid out on a stream: in colour and to the width of the terminal, where it is one. */
export function chooseTextOptions(
  stream: CliStream,
  io: CliIo,
  options: CommonOptions,
): { style: Style; width?: number } {
  const style = chooseStyle(chooseColour(stream, io.env, options.color));
  return stream.isTTY === true && stream.columns !== undefined ? { style, width: stream.columns } : { style };
}

/** NO_COLOR and --no-color win, then FORCE_COLOR, then whether it is a terminal. */
export function chooseColour(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  option: boolean,
): boolean {
  if (!option || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/**
 * A value as the JSON document that a command prints. JSON may hold characters that a terminal obeys
 * or hides; they are written as \u escapes, which mean the same.
 */
export function formatJson(value: unknown): string {
  return `${replaceUnsafe(JSON.stringify(value, null, 2), escapeCharacter)}\n`;
}

function escapeCharacter(char: string): string {
  if (char === '\n') return char;
  return Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  );
}

export interface ReportOptions {
  /** Files to write; the ending names the rendering. */
  report?: string[];
  /** Most bytes of a Markdown report. */
  maxBytes?: number;
}

type Render = (plan: Plan, options: ReportOptions) => Promise<string>;

/** Each rendering is loaded only when a report asks for it. */
const RENDERINGS: Readonly<Record<string, Render>> = {
  '.json': async (plan) => formatJson(plan),
  '.txt': async (plan) => {
    const [{ renderPlanText }, { PLAIN_STYLE }] = await Promise.all([
      import('../../render/plan/text.js'),
      import('../../render/terminal.js'),
    ]);
    return renderPlanText(plan, { style: PLAIN_STYLE });
  },
  '.md': async (plan, { maxBytes }) => {
    const { renderPlanMarkdown } = await import('../../render/plan/markdown.js');
    return renderPlanMarkdown(plan, maxBytes === undefined ? {} : { maxBytes });
  },
  '.html': async (plan) => (await import('../../render/plan/html.js')).renderPlanHtml(plan),
};

/** @throws LimioError USAGE for an ending that names no rendering. Called before any work is done. */
export function checkReports({ report = [] }: ReportOptions): void {
  const unknown = report.filter((file) => !Object.hasOwn(RENDERINGS, extname(file).toLowerCase()));
  if (unknown.length === 0) return;
  throw new LimioError({
    code: 'USAGE',
    message: `There is no rendering for ${unknown.join(', ')}.`,
    hint: `A report ends in ${Object.keys(RENDERINGS).join(', ')}.`,
  });
}

/** Writes every report that was asked for. @throws LimioError USAGE when a file cannot be written. */
export async function writeReports(io: CliIo, plan: Plan, options: ReportOptions): Promise<void> {
  for (const file of options.report ?? []) {
    const text = await RENDERINGS[extname(file).toLowerCase()]?.(plan, options);
    if (text !== undefined) writeOutput(io, file, text);
  }
}

/** @throws LimioError USAGE when the file cannot be written. */
export function writeOutput(io: CliIo, file: string, text: string): void {
  try {
    writeFileSync(resolve(io.cwd, file), text);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new LimioError({
      code: 'USAGE',
      message: `${file} cannot be written (${reason}).`,
      hint: 'Check that its folder exists.',
      cause: error,
    });
  }
}

/**
 * What stands before the paths of problems, so that they begin at the root of the checkout, as
 * annotations need: `shop/`, or nothing. Files are named from the folder of the configuration.
 */
export function locateInCheckout(io: CliIo, config: string | undefined): string {
  const workspace = io.env['GITHUB_WORKSPACE'];
  if (!workspace) return '';
  const folder = relative(resolve(workspace), config === undefined ? io.cwd : dirname(resolve(io.cwd, config)));
  return folder === '' || folder.startsWith('..') ? '' : `${folder.split(sep).join('/')}/`;
}
