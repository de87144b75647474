import type { Environment } from '../../config/environments.js';
import { createLintContext, listForeignHosts } from '../../lint/context.js';
import { type LintResult, type LocatedFinding, mergeResults, runLint } from '../../lint/lint.js';
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
import { renderProblemsGithub } from '../../render/problems.js';
import { defined } from '../../model/json.js';
import { countThings } from '../../model/words.js';
import type { SourceText } from '../../source/documents.js';
import { isCode } from '../../source/code.js';
import { listComments } from '../../source/list-comments.js';
import type { ValidatedSources } from '../../source/source.js';
import { showFilesOf } from '../shared/config.js';
import { type CliIo, readToolVersion, SYSTEM_CLOCK } from '../shared/io.js';
import type { BasicOptions } from '../shared/options.js';
import { chooseTextLayout, formatJson, locateInCheckout } from '../shared/output.js';
import { countProblems, hasErrors, ProblemsFound, renderFrames } from '../shared/problems.js';
import { withTenant } from '../shared/tenant.js';
import { openFiles } from '../shared/workspace.js';
import {
  createLocator,
  createReleasedFinder,
  fixFiles,
  fixSpellings,
  type LintProject,
  loadForLint,
  readTenantLintInput,
  type ReleasedFinder,
  type TenantLintInput,
  WITHOUT_LIVE,
} from './project.js';

export type LintOptions = BasicOptions & {
  format: 'text' | 'json' | 'sarif' | 'github';
  env?: string;
  timeout?: number;
  live?: boolean;
  fix?: boolean;
  list?: boolean;
  rule?: string[];
  maxWarnings?: number;
};

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
  check: (texts: readonly SourceText[]) => Target[];
}

/** `limio-sync lint`: read the files, lint each environment, fix on request and lint again, report. */
export async function runLintCommand(io: CliIo, options: LintOptions): Promise<number> {
  const project = await loadForLint(io, options);
  if (options.list) return listRules(io, project, options);
  const released = createReleasedFinder(project);
  const live = options.live ? await readTenant(io, project, options) : WITHOUT_LIVE;
  const now = SYSTEM_CLOCK.now();
  const lint = (targets: readonly Target[]): LintResult =>
    lintTargets(targets, project, { ...live, released }, now, options);
  const respelled = options.fix ? await fixSpellings(project) : 0;
  // The files may have other errors, and then no report counts the fixes.
  if (respelled > 0) io.stderr.write(`Fixed the spelling of ${countThings(respelled, 'value')}.\n`);
  // What such a fix writes, the next apply carries out.
  const isChosen = ({ code, fix }: LocatedFinding): boolean =>
    fix !== undefined && (!('clear' in fix) || options.rule?.includes(code) === true);
  const read = await readTargets(project);
  let { files, targets } = read;
  let fixed = respelled;
  let result = lint(targets);
  if (options.fix) {
    const checks = targets.map(({ checked }) => checked);
    const made = fixFiles(project.root, files, checks, result.findings.filter(isChosen));
    if (made.fixed > 0) {
      ({ files } = made);
      fixed += made.fixed;
      targets = read.check(files);
      result = lint(targets);
    }
  }
  const findings = result.findings.map(({ fix, ...finding }): ReportedFinding => ({
    ...finding,
    // By a plain --fix, as the summary says.
    fixable: fix !== undefined && !('clear' in fix),
  }));
  report(io, options, project, findings, files, {
    environments: project.environments.map(({ name }) => name),
    files: files.length,
    resources: new Set(targets.flatMap(({ checked }) => checked.resources.map(({ address }) => address))).size,
    rules: result.ran.length,
    suppressed: result.suppressed,
    fixed,
    notRun: result.notRun,
  });
  const isTooMany = countProblems(findings, 'warning') > (options.maxWarnings ?? Infinity);
  return hasErrors(findings) || isTooMany ? 1 : 0;
}

/** @throws ProblemsFound when the files have errors: rules work on valid resources only. */
async function readTargets(project: LintProject): Promise<Targets> {
  const { config, environments, rules } = project;
  const { files, check } = await openFiles(project);
  const wanted: readonly (Environment | undefined)[] = environments.length === 0 ? [undefined] : environments;
  const checkAll = (texts: readonly SourceText[]): Target[] =>
    wanted.map((environment) => ({
      environment,
      checked: check(texts, environment ? [environment] : []),
      settings: resolveSettings(rules, environment?.lintRules ?? config?.lint?.rules),
    }));
  const targets = checkAll(files);
  const faulty = targets.find(({ checked }) => hasErrors(checked.problems));
  if (faulty) throw new ProblemsFound(faulty.checked.problems, files, project.root);
  return { files, targets, check: checkAll };
}

function lintTargets(
  targets: readonly Target[],
  { rules, all }: LintProject,
  live: TenantLintInput & { released: ReleasedFinder },
  now: number,
  options: LintOptions,
): LintResult {
  const { missing, catalog, released } = live;
  return mergeResults(
    targets.map(({ environment, settings, checked }) => {
      // Without the tenant's pages, the declared pages are only a part.
      const pages = options.live && !live.pages ? undefined : listPages(checked.resources, live.pages);
      return {
        environment: environment?.name ?? '',
        files: new Set(checked.files.map(({ path }) => path)),
        result: keepCode(
          checked,
          runLint({
            rules,
            settings,
            missing,
            comments: checked.files.flatMap((file) => listComments(file, DIRECTIVE)),
            ...createLocator(checked),
            ...(options.rule === undefined ? {} : { only: new Set(options.rule) }),
            context: createLintContext({
              ...(environment ? { environment: environment.name } : {}),
              ...(pages ? { pages } : {}),
              ...(catalog ? { catalog } : {}),
              ...defined({ released: released(environment, checked.resources) }),
              now,
              resources: checked.resources,
              foreignHosts: environment ? listForeignHosts(environment, all) : new Map(),
            }),
          }),
        ),
      };
    }),
  );
}

/**
 * Nothing edits programs, so no finding in one is fixable. Many resources of a program can have one place, so the
 * message names the resource.
 */
function keepCode({ files }: ValidatedSources, result: LintResult): LintResult {
  const code = new Set(files.filter(isCode).map(({ path }) => path));
  if (code.size === 0) return result;
  const findings = result.findings.map((finding) => {
    if (!code.has(finding.file)) return finding;
    const { fix: _fix, ...kept } = finding;
    const { address, message } = kept;
    return address === undefined || message.includes(address) ? kept : { ...kept, message: `${address}: ${message}` };
  });
  return { ...result, findings };
}

/** Requires credentials, but no secrets of variables. */
async function readTenant(io: CliIo, project: LintProject, options: LintOptions): Promise<TenantLintInput> {
  const [environment] = project.environments;
  if (!environment) return WITHOUT_LIVE;
  const place = { ...project, environment, secrets: new Map<string, string>() };
  return withTenant(io, place, options, ({ reader }) => readTenantLintInput(reader));
}

function report(
  io: CliIo,
  options: LintOptions,
  { rules, root }: LintProject,
  findings: readonly ReportedFinding[],
  files: readonly SourceText[],
  counts: LintCounts,
): void {
  const version = readToolVersion();
  switch (options.format) {
    case 'json':
      io.stdout.write(formatJson(toLintReport(findings, counts)));
      return;
    case 'sarif': {
      const prefix = locateInCheckout(io, root);
      io.stdout.write(formatJson(toSarif(findings, { rules: describeRules(rules, version), version, prefix })));
      return;
    }
    case 'github': {
      const annotations = renderProblemsGithub(findings, locateInCheckout(io, root));
      io.stdout.write(`${annotations}${renderLintSummary(findings, counts)}`);
      return;
    }
    case 'text': {
      // Code frames show whole lines, and a line may hold a key that some rule reports.
      const masked = files.map(({ path, text }) => ({ path, text: maskSecrets(text) }));
      const { style } = chooseTextLayout(io.stdout, io, options);
      io.stdout.write(
        `${renderFrames(findings, masked, style, showFilesOf(io, root))}${renderLintSummary(findings, counts)}`,
      );
    }
  }
}

/** Every rule that a finding can name. Custom rules have no help page. */
function describeRules(rules: LintProject['rules'], version: string): SarifRule[] {
  const builtIn = new Set(LINT_RULES);
  const general = {
    ...SUPPRESSION_RULES,
    [FAILED_RULE]: { severity: 'error', title: 'A rule failed to run' } as const,
  };
  return [
    ...rules.map((rule) => ({
      ...rule,
      ...(builtIn.has(rule) ? { helpUri: formatPageUrl(`lint/${rule.id}.md`, version) } : {}),
    })),
    ...Object.entries(general).map(([id, rule]) => ({ id, ...rule, helpUri: formatPageUrl('lint.md', version) })),
  ];
}

/** Every rule with its severity, in the environment where one was named. */
function listRules(io: CliIo, { rules, environments, config }: LintProject, options: LintOptions): number {
  const own = options.env === undefined ? undefined : environments[0]?.lintRules;
  const settings = resolveSettings(rules, config?.lint?.rules, own);
  const rows = rules.map(({ id, title }) => ({ id, severity: settings.get(id) ?? 'off', title }));
  const width = Math.max(...rows.map(({ id }) => id.length));
  io.stdout.write(
    options.format === 'json'
      ? formatJson({ kind: 'limio-sync/lint-rules', formatVersion: 1, rules: rows })
      : rows.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`).join(''),
  );
  return 0;
}
