import { pickProcessVariables } from '../../config/credentials.js';
import type { Environment } from '../../config/environments.js';
import { createLintContext, listForeignHosts } from '../../lint/context.js';
import { type LintResult, mergeResults, runLint } from '../../lint/lint.js';
import { listPages } from '../../lint/pages.js';
import { LINT_RULES } from '../../lint/rules/rules.js';
import { maskSecrets } from '../../lint/secrets.js';
import { DIRECTIVE, FAILED_RULE, type LintSettings, resolveSettings, SUPPRESSION_RULES } from '../../lint/settings.js';
import {
  formatPageUrl,
  type LintCounts,
  renderLintSummary,
  type ReportedFinding,
  type SarifRule,
  toLintReport,
  toSarif,
} from '../../render/lint.js';
import { renderProblems, renderProblemsGithub } from '../../render/problems.js';
import { chooseStyle } from '../../render/terminal.js';
import type { SourceText } from '../../source/documents.js';
import { listComments } from '../../source/list-comments.js';
import { locatePath } from '../../source/locate.js';
import { rememberParsed } from '../../source/parse.js';
import type { ValidatedSources } from '../../source/source.js';
import { ProblemsFound } from '../shared/error-report.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from '../shared/io.js';
import { chooseColour, formatJson, locateInCheckout } from '../shared/output.js';
import { openReader } from '../shared/tenant.js';
import { openFiles } from '../shared/workspace.js';
import { readToolVersion } from '../tool-version.js';
import {
  fixFiles,
  type LintFactsOfTenant,
  type LintProject,
  loadForLint,
  readLintFacts,
  WITHOUT_LIVE,
} from './project.js';

export interface LintOptions extends Omit<CommonOptions, 'format'> {
  format: CommonOptions['format'] | 'sarif' | 'github';
  env?: string;
  live?: boolean;
  fix?: boolean;
  list?: boolean;
  rule?: string[];
  maxWarnings?: number;
}

/** One environment with what its files declare. */
interface Target {
  environment: Environment | undefined;
  settings: LintSettings;
  checked: ValidatedSources;
}

interface Targets {
  files: SourceText[];
  targets: Target[];
  /** The same environments with other texts. */
  checkFor: (texts: readonly SourceText[]) => Target[];
}

/** What files say that can hardly be meant. Findings are the result, so they go to stdout. */
export async function runLintCommand(io: CliIo, options: LintOptions): Promise<number> {
  const project = await loadForLint(io, options);
  if (options.list) return listRules(io, project, options);
  const live = options.live ? await readTenant(io, project, options) : WITHOUT_LIVE;
  const now = SYSTEM_CLOCK.now();
  const read = readTargets(io, project);
  const before = lintTargets(read.targets, project, live, now, options);
  const repaired = options.fix
    ? fixFiles(
        project.root,
        read.files,
        read.targets.map(({ checked }) => checked),
        before.findings,
      )
    : { files: read.files, fixed: 0 };
  const targets = repaired.fixed > 0 ? read.checkFor(repaired.files) : read.targets;
  const result = repaired.fixed > 0 ? lintTargets(targets, project, live, now, options) : before;
  const findings = result.findings.map(({ fix, ...finding }): ReportedFinding => ({
    ...finding,
    fixable: fix !== undefined,
  }));
  const facts: LintCounts = {
    environments: project.environments.map(({ name }) => name),
    files: repaired.files.length,
    resources: new Set(targets.flatMap(({ checked }) => checked.resources.map(({ address }) => address))).size,
    rules: result.ran.length,
    suppressed: result.suppressed,
    fixed: repaired.fixed,
    notRun: result.notRun,
  };
  report(io, options, project, findings, facts, repaired.files);
  const count = (severity: ReportedFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return count('error') > 0 || count('warning') > (options.maxWarnings ?? Infinity) ? 1 : 0;
}

/** @throws ProblemsFound when the files have errors: rules see sound resources only. */
function readTargets(io: CliIo, { root, config, environments, rules }: LintProject): Targets {
  const { files, check } = openFiles({
    root,
    config,
    env: pickProcessVariables(config, io.env),
    parse: rememberParsed(),
  });
  const wanted: (Environment | undefined)[] = environments.length === 0 ? [undefined] : environments;
  const checkFor = (texts: readonly SourceText[]): Target[] =>
    wanted.map((environment) => ({
      environment,
      checked: check(texts, environment ? [environment] : []),
      settings: resolveSettings(rules, environment?.lintRules ?? config?.lint?.rules),
    }));
  const targets = checkFor(files);
  const faulty = targets.find(({ checked }) => checked.problems.some(({ severity }) => severity === 'error'));
  if (faulty) throw new ProblemsFound(faulty.checked.problems, files);
  return { files, targets, checkFor };
}

function lintTargets(
  targets: readonly Target[],
  { rules, all }: LintProject,
  live: LintFactsOfTenant,
  now: number,
  options: LintOptions,
): LintResult {
  const { missing, catalog } = live;
  return mergeResults(
    targets.map(({ environment, settings, checked }) => {
      // Where the tenant's own could not be read, the declared ones are not the whole.
      const pages = options.live && !live.pages ? undefined : listPages(checked.resources, live.pages);
      return {
        environment: environment?.name ?? '',
        files: new Set(checked.files.map(({ path }) => path)),
        result: runLint({
          rules,
          settings,
          missing,
          comments: checked.files.flatMap((file) => listComments(file, DIRECTIVE)),
          locate: (address, pointer) => {
            const origin = checked.findOrigin(address, pointer);
            return origin && locatePath(origin.document, origin.path);
          },
          ...(options.rule === undefined ? {} : { only: new Set(options.rule) }),
          context: createLintContext({
            ...(environment ? { environment: environment.name } : {}),
            ...(pages ? { pages } : {}),
            ...(catalog ? { catalog } : {}),
            now,
            resources: checked.resources,
            foreignHosts: environment ? listForeignHosts(environment, all) : new Map(),
          }),
        }),
      };
    }),
  );
}

/** Credentials are needed, secrets of variables are not. */
async function readTenant(
  io: CliIo,
  { root, config, environments }: LintProject,
  options: LintOptions,
): Promise<LintFactsOfTenant> {
  const [environment] = environments;
  if (!config || !environment) return WITHOUT_LIVE;
  const reader = await openReader(
    io,
    {
      root,
      config,
      environment,
      secrets: new Map(),
      parse: rememberParsed(),
      env: pickProcessVariables(config, io.env),
    },
    { ...options, format: 'text' },
  );
  try {
    return await readLintFacts(reader);
  } finally {
    await reader.close();
  }
}

function report(
  io: CliIo,
  options: LintOptions,
  { rules }: LintProject,
  findings: readonly ReportedFinding[],
  facts: LintCounts,
  files: readonly SourceText[],
): void {
  if (options.format === 'json') io.stdout.write(formatJson(toLintReport(findings, facts)));
  else if (options.format === 'sarif') {
    const version = readToolVersion();
    io.stdout.write(
      formatJson(
        toSarif(findings, {
          rules: describeRules(rules, version),
          version,
          prefix: locateInCheckout(io, options.config),
        }),
      ),
    );
  } else if (options.format === 'github') {
    io.stdout.write(
      `${renderProblemsGithub(findings, locateInCheckout(io, options.config))}${renderLintSummary(findings, facts)}`,
    );
  } else {
    // Frames show whole lines, and a line may hold a key that some rule complains of.
    const texts = new Map(files.map(({ path, text }) => [path, maskSecrets(text)]));
    const frames = renderProblems(findings, texts, chooseStyle(chooseColour(io.stdout, io.env, options.color)));
    io.stdout.write(`${frames === '' ? '' : `${frames.trimEnd()}\n\n`}${renderLintSummary(findings, facts)}`);
  }
}

/** All that findings can name. A rule of the configuration has no page here. */
function describeRules(rules: LintProject['rules'], version: string): SarifRule[] {
  const builtIn = new Set(LINT_RULES);
  const general = { ...SUPPRESSION_RULES, [FAILED_RULE]: { severity: 'error', title: 'A rule itself fails' } as const };
  return [
    ...rules.map((rule) => ({
      ...rule,
      ...(builtIn.has(rule) ? { helpUri: formatPageUrl(`lint/${rule.id}.md`, version) } : {}),
    })),
    ...Object.entries(general).map(([id, rule]) => ({ id, ...rule, helpUri: formatPageUrl('lint.md', version) })),
  ];
}

/** Every rule with the severity that it has where it is looked from. */
function listRules(io: CliIo, { rules, environments, config }: LintProject, options: LintOptions): number {
  const settings = resolveSettings(
    rules,
    config?.lint?.rules,
    options.env === undefined ? undefined : environments[0]?.lintRules,
  );
  const rows = rules.map(({ id, title }) => ({ id, severity: settings.get(id) ?? 'off', title }));
  const width = Math.max(...rows.map(({ id }) => id.length));
  const text = rows.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`).join('');
  io.stdout.write(
    options.format === 'json' ? formatJson({ kind: 'limio-sync/lint-rules', formatVersion: 1, rules: rows }) : text,
  );
  return 0;
}
