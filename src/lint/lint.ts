import type { Address } from '../model/address.js';
import type { LintContext, LintFinding, LintFix, LintNeed, LintRule } from '../model/lint-rule.js';
import type { Position, Problem } from '../model/problem.js';
import { maskSecrets } from './secrets.js';
import {
  type CommentProblem,
  FAILED_RULE,
  type LintComment,
  type LintSettings,
  parseSuppressions,
  type Suppression,
} from './settings.js';

export interface LintInput {
  rules: readonly LintRule[];
  settings: LintSettings;
  context: LintContext;
  comments: readonly LintComment[];
  locate: (address: Address, pointer?: string) => (Position & { length?: number }) | undefined;
  /** Only these rules; all when absent. */
  only?: ReadonlySet<string>;
  /** Why a fact is not known, for rules that need it and do not run. */
  missing: Partial<Record<LintNeed, string>>;
}

/** Runs every rule that is switched on, places what they find, and takes out what comments suppress. Never throws. */
export function runLint(input: LintInput): LintResult {
  const { rules, settings, only } = input;
  const chosen = rules.filter(({ id }) => settings.has(id) && (only?.has(id) ?? true));
  const notRun = chosen.flatMap(({ id, needs = [] }) => {
    const [lack] = needs.filter((need) => input.context[need] === undefined);
    return lack === undefined ? [] : [{ rule: id, reason: input.missing[lack] ?? `the ${lack} are not known` }];
  });
  const without = new Set(notRun.map(({ rule }) => rule));
  const running = chosen.filter(({ id }) => !without.has(id));
  const found = running.flatMap((rule) => runRule(rule, input));

  const { suppressions, problems } = parseSuppressions(input.comments, new Set(rules.map(({ id }) => id)));
  const used = new Set<Suppression>();
  const findings = found.filter((finding) => {
    const covering = suppressions.filter(
      ({ comment, rule, from, to }) =>
        rule === finding.code && comment.file === finding.file && from <= finding.line && finding.line <= to,
    );
    for (const one of covering) used.add(one);
    return covering.length === 0;
  });
  const ran = new Set(running.map(({ id }) => id));
  // Of a rule that did not run nobody knows whether it would have found something.
  const unused = suppressions.filter((one) => ran.has(one.rule) && !used.has(one));
  return {
    findings: sortFindings(
      [...findings, ...reportComments(problems, 'suppression-invalid', input), ...reportUnused(unused, input)].map(
        hideSecrets,
      ),
    ),
    suppressed: found.length - findings.length,
    ran: [...ran],
    notRun,
  };
}

function runRule(rule: LintRule, input: LintInput): LocatedFinding[] {
  const resources = input.context.resources.filter(({ kind }) => rule.kinds.includes(kind));
  if ('checkAll' in rule)
    return attempt(rule, resources[0]?.address, input, () => rule.checkAll(resources, input.context));
  return resources.flatMap((resource) =>
    attempt(rule, resource.address, input, () => rule.check(resource, input.context)),
  );
}

/** A rule of a configuration may throw or give back anything: that is a finding, and the others go on. */
function attempt(
  rule: LintRule,
  address: Address | undefined,
  input: LintInput,
  run: () => readonly LintFinding[],
): LocatedFinding[] {
  try {
    return [...run()].map((finding) => placeFinding(rule, finding, input));
  } catch (error) {
    const at = (address && input.locate(address)) ?? { file: 'limio.config', line: 1, col: 1 };
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        ...at,
        severity: 'error',
        code: FAILED_RULE,
        message: `The rule "${rule.id}" failed${address === undefined ? '' : ` at ${address}`}: ${reason.replace(/\.$/, '')}.`,
        hint: `Repair the rule, or switch it off: lint: { rules: { '${rule.id}': 'off' } }`,
        ...(address === undefined ? {} : { address }),
      },
    ];
  }
}

function placeFinding(rule: LintRule, finding: LintFinding, { settings, locate }: LintInput): LocatedFinding {
  const { address, pointer, message, hint, related = [], fix } = finding;
  const at = locate(address, pointer);
  if (at === undefined) throw new Error(`it reports ${address}, which no file declares`);
  if (typeof (message as unknown) !== 'string') throw new Error(`what it reports of ${address} has no message`);
  const places = related.flatMap((one) => {
    const place = locate(one.address, one.pointer);
    return place ? [{ file: place.file, line: place.line, col: place.col, message: one.message }] : [];
  });
  return {
    file: at.file,
    line: at.line,
    col: at.col,
    ...(at.length === undefined ? {} : { length: at.length }),
    severity: settings.get(rule.id) ?? rule.severity,
    code: rule.id,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(places.length === 0 ? {} : { related: places }),
    address,
    ...(pointer === undefined ? {} : { pointer }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function reportComments(problems: readonly CommentProblem[], code: string, { settings }: LintInput): LocatedFinding[] {
  const severity = settings.get(code);
  return severity === undefined ? [] : problems.map((problem) => ({ ...problem, severity, code }));
}

function reportUnused(unused: readonly Suppression[], input: LintInput): LocatedFinding[] {
  return unused.flatMap(({ comment, rule }) => {
    const { file, line, col, length } = comment;
    const message = `The rule "${rule}" finds nothing that this comment covers.`;
    const found = reportComments(
      [{ file, line, col, length, message, hint: 'Take the comment out.' }],
      'suppression-unused',
      input,
    );
    // Of a comment that names several rules, only a person can take out one.
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

/** The texts that findings quote may hold what must not be printed. */
function hideSecrets(finding: LocatedFinding): LocatedFinding {
  return {
    ...finding,
    message: maskSecrets(finding.message),
    ...(finding.hint === undefined ? {} : { hint: maskSecrets(finding.hint) }),
  };
}

function sortFindings(findings: readonly LocatedFinding[]): LocatedFinding[] {
  return findings.toSorted(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.col - b.col ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** By code unit: the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A finding with its place. `code` is the id of the rule. */
export interface LocatedFinding extends Problem {
  /** Absent for what concerns a comment. */
  address?: Address;
  pointer?: string;
  fix?: LintFix | { removeComment: readonly [start: number, end: number] };
}

export interface LintResult {
  /** Sorted by place; those that comments suppress are left out. */
  findings: LocatedFinding[];
  /** How many findings comments suppress. */
  suppressed: number;
  /** Rules that ran. */
  ran: string[];
  /** Rules that could not run, for want of facts. */
  notRun: { rule: string; reason: string }[];
}

export interface EnvironmentResult {
  environment: string;
  /** The files that it reads: those of the base and its own overlays. */
  files: ReadonlySet<string>;
  result: LintResult;
}

/**
 * The results of several environments as one. A finding that not all who read its file have says in
 * which it is; a comment is unused only where none of them needs it.
 */
export function mergeResults(results: readonly EnvironmentResult[]): LintResult {
  const [first, ...others] = results;
  if (!first) return { findings: [], suppressed: 0, ran: [], notRun: [] };
  if (others.length === 0) return first.result;
  const found = new Map<string, { finding: LocatedFinding; environments: string[] }>();
  for (const { environment, result } of results) {
    for (const finding of result.findings) {
      const key = JSON.stringify([finding.file, finding.line, finding.col, finding.code, finding.message]);
      const known = found.get(key);
      if (!known) found.set(key, { finding, environments: [environment] });
      else if (!known.environments.includes(environment)) known.environments.push(environment);
    }
  }
  const findings = [...found.values()].flatMap(({ finding, environments }) => {
    const readers = results.filter(({ files }) => files.has(finding.file)).length;
    // What no file holds, such as a configuration, is everybody's.
    if (environments.length === (readers || results.length)) return [finding];
    return finding.code === 'suppression-unused'
      ? []
      : [{ ...finding, message: `${finding.message.replace(/\.$/, '')} (in ${environments.join(', ')}).` }];
  });
  return {
    findings: findings.toSorted((a, b) =>
      a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.col - b.col,
    ),
    suppressed: Math.max(...results.map(({ result }) => result.suppressed)),
    ran: [...new Set(results.flatMap(({ result }) => result.ran))],
    notRun: [...new Map(results.flatMap(({ result }) => result.notRun).map((one) => [one.rule, one])).values()],
  };
}
