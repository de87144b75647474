import type { Address } from '../model/address.js';
import type { LintContext, LintFinding, LintFix, LintNeed, LintRule } from '../model/lint-rule.js';
import {
  comparePositions,
  compareProblems,
  formatPlace,
  type Place,
  type Position,
  type Problem,
} from '../model/problem.js';
import { countThings } from '../model/words.js';
import { maskSecrets } from './secrets.js';
import {
  type CommentProblem,
  FAILED_RULE,
  type LintComment,
  type LintSettings,
  parseSuppressions,
  type Suppression,
} from './settings.js';

/**
 * The linter: resources in, sorted findings out.
 *
 *   settings.ts         which rules run, with which severity, and where comments suppress them
 *   context.ts          what rules can see; pages.ts: what pages show
 *   rules/rules.ts      every built-in rule, one file each
 *   runLint             runs the rules, places their findings, applies the comments
 *   mergeResults        joins the results of several environments
 *
 * Rules read files through attributes.ts, charges.ts, promos.ts, time.ts, price-claims.ts and html.ts.
 */
export interface LintInput {
  rules: readonly LintRule[];
  settings: LintSettings;
  context: LintContext;
  comments: readonly LintComment[];
  /** `taggedAt`: for a place in the file of a text, where its `!file` tag is. */
  locate: (address: Address, pointer?: string, offset?: number) => LintPlace | undefined;
  /** The line of a template or base that supplies a value; undefined for a line of one resource. */
  findSharedLine?: (address: Address, pointer?: string) => SharedLine | undefined;
  /** Run only these rules. */
  only?: ReadonlySet<string>;
  /** Why `pages` or `catalog` is missing: the reason shown for rules that did not run. */
  missing: Partial<Record<LintNeed, string>>;
}

type LintPlace = Place & { length?: number; taggedAt?: Position };

/** A line of a template or base, which supplies a value of several resources. */
export interface SharedLine {
  addresses: ReadonlySet<Address>;
  /** The row that makes the resource. */
  row?: Position;
  /** The value depends on the row. */
  isFilled: boolean;
}

/** Runs the enabled rules and drops findings that comments suppress. Never throws. */
export function runLint(input: LintInput): LintResult {
  const { rules, settings, only } = input;
  const chosen = rules.filter(({ id }) => settings.has(id) && (only?.has(id) ?? true));
  const notRun = chosen.flatMap(({ id, needs = [] }) => {
    const missing = needs.find((need) => input.context[need] === undefined);
    return missing === undefined ? [] : [{ rule: id, reason: input.missing[missing] ?? `${missing} not available` }];
  });
  const skipped = new Set(notRun.map(({ rule }) => rule));
  const running = chosen.filter(({ id }) => !skipped.has(id));
  const found = running.flatMap((rule) => runRule(rule, input));

  const { suppressions, problems } = parseSuppressions(input.comments, new Set(rules.map(({ id }) => id)));
  const used = new Set<Suppression>();
  const findings = found.flatMap(({ taggedAt, ...finding }) => {
    const { file, line } = taggedAt ?? finding;
    const covering = suppressions.filter(
      ({ comment, rule, from, to }) => rule === finding.code && comment.file === file && from <= line && line <= to,
    );
    for (const one of covering) used.add(one);
    return covering.length === 0 ? [finding] : [];
  });
  const ran = new Set(running.map(({ id }) => id));
  // A rule that did not run might have found something.
  const unused = suppressions.filter((one) => ran.has(one.rule) && !used.has(one));
  return {
    findings: [
      ...mergeShared(findings, input),
      ...reportComments(problems, 'suppression-invalid', input),
      ...reportUnused(unused, input),
    ]
      .map(hideSecrets)
      .toSorted(compareProblems),
    suppressed: found.length - findings.length,
    ran: [...ran],
    notRun,
  };
}

/** One finding for all resources in which one line makes the same mistake: the first, with the number of others. */
function mergeShared(findings: readonly LocatedFinding[], { findSharedLine }: LintInput): LocatedFinding[] {
  const groups = new Map<string, { finding: LocatedFinding; shared: SharedLine }[]>();
  const others: LocatedFinding[] = [];
  for (const finding of findings) {
    const { address, pointer, file, line, col, code, message } = finding;
    const shared = address && findSharedLine?.(address, pointer);
    const key = JSON.stringify([file, line, col, code, message]);
    const group = groups.get(key);
    if (!shared) others.push(finding);
    else if (group) group.push({ finding, shared });
    else groups.set(key, [{ finding, shared }]);
  }
  const merged = [...groups.values()].flatMap((group) => {
    const addresses = new Set(group.flatMap(({ finding }) => finding.address ?? []));
    const isWhole = [...(group[0]?.shared.addresses ?? [])].every((one) => addresses.has(one));
    const located = group
      .map(({ finding, shared: { row } }) => (isWhole || !row || finding.row ? finding : { ...finding, row }))
      .toSorted(({ row: a }, { row: b }) => (a && b ? comparePositions(a, b) : 0));
    const rows = new Set(located.flatMap(({ row }) => (row ? formatPlace(row) : [])));
    return located.slice(0, 1).map((first): LocatedFinding => ({
      ...limitFix(first, addresses, findSharedLine),
      ...(rows.size > 1 ? { moreRows: rows.size - 1 } : {}),
      ...(rows.size === 0 && addresses.size > 1 ? { moreResources: addresses.size - 1 } : {}),
    }));
  });
  return [...others, ...merged];
}

/** A fix must be right for every resource that the line makes, and `--fix` writes no cells. */
function limitFix(
  { fix, ...finding }: LocatedFinding,
  found: ReadonlySet<Address>,
  findSharedLine: LintInput['findSharedLine'],
): LocatedFinding {
  if (!fix) return finding;
  const shared =
    'removeComment' in fix || !finding.address ? undefined : findSharedLine?.(finding.address, fix.pointer);
  const spared = [...(shared?.addresses ?? [])].filter((one) => !found.has(one)).length;
  if (!shared || (!shared.isFilled && spared === 0)) return { ...finding, fix };
  const at = finding.row ?? shared.row;
  const hint =
    shared.isFilled && at
      ? `Correct ${formatPlace(at)} by hand: --fix changes no values of rows.`
      : `Change it by hand: the line also makes ${countThings(spared, 'resource')} without this problem.`;
  return { ...finding, hint };
}

interface PlacedFinding extends LocatedFinding {
  taggedAt?: Position;
}

function runRule(rule: LintRule, input: LintInput): PlacedFinding[] {
  const resources = input.context.resources.filter(({ kind }) => rule.kinds.includes(kind));
  if ('checkAll' in rule)
    return attempt(rule, resources[0]?.address, input, () => rule.checkAll(resources, input.context));
  return resources.flatMap((resource) =>
    attempt(rule, resource.address, input, () => rule.check(resource, input.context)),
  );
}

/** A custom rule may throw or return anything. That becomes a finding, and the other rules run. */
function attempt(
  rule: LintRule,
  address: Address | undefined,
  input: LintInput,
  run: () => readonly LintFinding[],
): PlacedFinding[] {
  try {
    return [...run()].map((finding) => placeFinding(rule, finding, input));
  } catch (error) {
    const at = (address && input.locate(address)) ?? { file: 'limio.config', line: 1, col: 1 };
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    const where = address === undefined ? '' : ` at ${address}`;
    return [
      {
        ...at,
        severity: 'error',
        code: FAILED_RULE,
        message: `The rule "${rule.id}" failed${where}: ${reason}.`,
        hint: `Fix the rule, or turn it off: lint: { rules: { '${rule.id}': 'off' } }`,
        ...(address === undefined ? {} : { address }),
      },
    ];
  }
}

function placeFinding(rule: LintRule, finding: LintFinding, { settings, locate }: LintInput): PlacedFinding {
  const { address, pointer, offset, message, hint, related = [], fix } = finding;
  const at = locate(address, pointer, offset);
  if (at === undefined) throw new Error(`it reported ${address}, which no file declares`);
  if (typeof (message as unknown) !== 'string') throw new Error(`its finding for ${address} has no message`);
  const places = related.flatMap((one) => {
    const place = locate(one.address, one.pointer);
    return place ? [{ ...toPlace(place), message: one.message }] : [];
  });
  // A comment beside the tag suppresses findings in its file, and no fix edits that file.
  if (at.taggedAt) places.unshift({ ...at.taggedAt, message: 'The file is used here.' });
  return {
    ...toPlace(at),
    ...(at.taggedAt ? { taggedAt: at.taggedAt } : {}),
    ...(at.length === undefined ? {} : { length: at.length }),
    severity: settings.get(rule.id) ?? rule.severity,
    code: rule.id,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(places.length === 0 ? {} : { related: places }),
    address,
    ...(pointer === undefined ? {} : { pointer }),
    ...(fix === undefined || at.taggedAt ? {} : { fix }),
  };
}

function toPlace({ file, line, col, row }: Place): Place {
  return { file, line, col, ...(row ? { row } : {}) };
}

function reportComments(problems: readonly CommentProblem[], code: string, { settings }: LintInput): LocatedFinding[] {
  const severity = settings.get(code);
  return severity === undefined ? [] : problems.map((problem) => ({ ...problem, severity, code }));
}

function reportUnused(unused: readonly Suppression[], input: LintInput): LocatedFinding[] {
  return unused.flatMap(({ comment, rule }) => {
    const { file, line, col, length } = comment;
    const message = `This comment suppresses nothing: the rule "${rule}" reports no problem here.`;
    const found = reportComments(
      [{ file, line, col, length, message, hint: 'Remove the comment.' }],
      'suppression-unused',
      input,
    );
    // No fix for one rule of several: a comment can only be removed as a whole.
    const removable =
      unused.filter((one) => one.comment === comment).length ===
      comment.text
        .split('--')[0]
        ?.split(/[\s,]+/)
        .filter((word) => word !== '')
        .slice(1).length;
    return found.map((one) => (removable ? { ...one, fix: { removeComment: comment.range } } : one));
  });
}

/** Findings quote texts, which may contain secrets. */
function hideSecrets(finding: LocatedFinding): LocatedFinding {
  return {
    ...finding,
    message: maskSecrets(finding.message),
    ...(finding.hint === undefined ? {} : { hint: maskSecrets(finding.hint) }),
  };
}

/** A finding with its position. `code` is the id of the rule. */
export interface LocatedFinding extends Problem {
  /** Absent for findings about comments. */
  address?: Address;
  pointer?: string;
  fix?: LintFix | { removeComment: readonly [start: number, end: number] };
}

export interface LintResult {
  /** Sorted by position, without suppressed ones. */
  findings: LocatedFinding[];
  /** How many findings were suppressed by comments. */
  suppressed: number;
  /** Rules that ran. */
  ran: string[];
  /** Rules that could not run, because the pages or the catalog are missing. */
  notRun: { rule: string; reason: string }[];
}

export interface EnvironmentResult {
  environment: string;
  /** The base files and the overlays of this environment. */
  files: ReadonlySet<string>;
  result: LintResult;
}

/**
 * Merges the results of several environments. A finding of only some of the environments that use its
 * file names them. A comment is unused only if it is unused in all of them.
 */
export function mergeResults(results: readonly EnvironmentResult[]): LintResult {
  const [first, ...others] = results;
  if (!first) return { findings: [], suppressed: 0, ran: [], notRun: [] };
  if (others.length === 0) return first.result;
  const found = new Map<string, { finding: LocatedFinding; environments: string[]; isFixable: boolean }>();
  for (const { environment, result } of results) {
    for (const finding of result.findings) {
      const key = JSON.stringify([finding.file, finding.line, finding.col, finding.code, finding.message]);
      const known = found.get(key) ?? { finding, environments: [], isFixable: true };
      found.set(key, known);
      // Other rows of a template may not need the fix.
      known.isFixable &&= finding.fix !== undefined;
      if (!known.environments.includes(environment)) known.environments.push(environment);
    }
  }
  const findings = [...found.values()].flatMap(({ finding: known, environments, isFixable }) => {
    const finding: LocatedFinding = isFixable ? known : omitFix(known);
    const readers = results.filter(({ files }) => files.has(finding.file)).length;
    // A finding outside the resource files, such as in limio.config, concerns every environment.
    if (environments.length === (readers || results.length)) return [finding];
    if (finding.code === 'suppression-unused') return [];
    const { fix, ...rest } = finding;
    const message = `${finding.message.replace(/\.$/, '')} (in ${environments.join(', ')}).`;
    // In the other environments, the same null might clear a value that the files never set.
    return [{ ...rest, message, ...(fix === undefined || 'clear' in fix ? {} : { fix }) }];
  });
  return {
    findings: findings.toSorted(compareProblems),
    suppressed: Math.max(...results.map(({ result }) => result.suppressed)),
    ran: [...new Set(results.flatMap(({ result }) => result.ran))],
    notRun: [...new Map(results.flatMap(({ result }) => result.notRun).map((one) => [one.rule, one])).values()],
  };
}

function omitFix({ fix: _fix, ...finding }: LocatedFinding): LocatedFinding {
  return finding;
}
