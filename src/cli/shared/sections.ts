import { selectEnvironment } from '../../config/environments.js';
import { dropUndefined } from '../../model/json.js';
import { escapeTerminal } from '../../render/escape.js';
import { openConfig, showFilesOf } from './config.js';
import { describeError, exitCodeOf, refuseUsage, renderErrorText } from './error-report.js';
import type { CliIo } from './io.js';
import type { BasicOptions, EnvironmentsOptions } from './options.js';
import { chooseTextLayout, formatJson } from './output.js';
import { ProblemsFound, renderFrames } from './problems.js';
import { createFileCache, type FileCache } from './workspace.js';

/** What a command found in one environment. */
export interface Section {
  exitCode: number;
  /** With --format json. */
  document: unknown;
  /** With any other format. */
  render: () => string;
}

/** Choices of one environment; all of them share the files. */
export interface SectionChoice {
  config?: string;
  env?: string;
  cache: FileCache;
}

type SectionsOptions = BasicOptions & EnvironmentsOptions & { format: string };

/**
 * Runs a command that only reads in one environment, or in each of several: one section each, under its name. A failure
 * is the section of its environment and hides no other one. Returns the worst exit code.
 */
export async function runSections(
  io: CliIo,
  command: string,
  options: SectionsOptions,
  run: (choice: SectionChoice) => Promise<Section>,
): Promise<number> {
  const cache = createFileCache();
  const { config, env = [], allEnvs = false, format } = options;
  if (env.length < 2 && !allEnvs) {
    const [name] = env;
    const { exitCode, document, render } = await run({ cache, ...dropUndefined({ config, env: name }) });
    io.stdout.write(format === 'json' ? formatJson(document) : render());
    return exitCode;
  }
  const names = await listEnvironments(io, options);
  const sections: { environment: string; exitCode: number; result?: unknown; error?: unknown }[] = [];
  for (const environment of names) {
    if (format !== 'json')
      io.stdout.write(`${sections.length === 0 ? '' : '\n'}${nameSection(environment, format)}\n\n`);
    const section = await runSection(io, environment, options, () =>
      run({ cache, env: environment, ...dropUndefined({ config }) }),
    );
    if (format !== 'json' && 'render' in section) io.stdout.write(section.render());
    const { exitCode } = section;
    sections.push({
      environment,
      exitCode,
      ...('error' in section ? { error: section.error } : { result: section.document }),
    });
  }
  const exitCode = findWorst(sections.map((section) => section.exitCode));
  if (format === 'json')
    io.stdout.write(formatJson({ kind: 'limio-sync/sections', formatVersion: 1, command, exitCode, sections }));
  return exitCode;
}

function nameSection(environment: string, format: string): string {
  return format === 'markdown' ? `# ${environment}` : `=== ${environment} ===`;
}

async function runSection(
  io: CliIo,
  environment: string,
  { format, debug = false, color }: SectionsOptions,
  run: () => Promise<Section>,
): Promise<Section | { exitCode: number; error: unknown }> {
  try {
    return await run();
  } catch (error) {
    io.signal.throwIfAborted();
    const report = describeError(error);
    const { stack, ...shown } = report;
    if (format !== 'json') {
      const { style } = chooseTextLayout(io.stderr, io, { color });
      if (error instanceof ProblemsFound)
        io.stderr.write(renderFrames(error.problems, error.files, style, showFilesOf(io, error.root)));
      io.stderr.write(`${escapeTerminal(environment)}: ${renderErrorText(report, debug)}`);
    }
    return { exitCode: exitCodeOf(report), error: debug ? { ...shown, stack } : shown };
  }
}

/** The environments of --env, each once, or all. @throws LimioError ENVIRONMENT_UNKNOWN, CONFIG_*, USAGE. */
export async function listEnvironments(io: CliIo, options: BasicOptions & EnvironmentsOptions): Promise<string[]> {
  const { env = [], allEnvs } = options;
  if (allEnvs && env.length > 0) throw refuseUsage('--env and --all-envs cannot be used together.');
  const { config } = await openConfig(io, options);
  if (allEnvs) return Object.keys(config.environments);
  return [...new Set(env.map((flag) => selectEnvironment(config, { flag })))];
}

/** Changes (2) are worse than nothing to do, and every failure is worse than changes. */
export function findWorst(codes: readonly number[]): number {
  const failures = codes.filter((code) => code !== 0 && code !== 2);
  return failures.length > 0 ? Math.max(...failures) : Math.max(0, ...codes);
}
