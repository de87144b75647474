import { writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import type { CliIo } from '../cli-io.js';
import { formatJson } from './format-json.js';

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
