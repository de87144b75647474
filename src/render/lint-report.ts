import type { Problem } from '../model/problem.js';

/** What a lint looked at, and what became of it. */
export interface LintFacts {
  environments: readonly string[];
  files: number;
  resources: number;
  rules: number;
  suppressed: number;
  fixed: number;
  notRun: readonly { rule: string; reason: string }[];
}

/** A finding as reports hold it: a problem whose `code` is the id of the rule. */
export interface ReportedFinding extends Problem {
  address?: string;
  pointer?: string;
  fixable: boolean;
}

/** The answer of `lint --format json`. */
export interface LintReport {
  kind: 'limio-sync/lint';
  formatVersion: 1;
  environments: readonly string[];
  summary: {
    files: number;
    resources: number;
    rules: number;
    errors: number;
    warnings: number;
    infos: number;
    suppressed: number;
    fixed: number;
  };
  findings: readonly ReportedFinding[];
  notRun: LintFacts['notRun'];
}

export function toLintReport(
  findings: readonly ReportedFinding[],
  { environments, notRun, ...counts }: LintFacts,
): LintReport {
  const { error: errors, warning: warnings, info: infos } = countSeverities(findings);
  return {
    kind: 'limio-sync/lint',
    formatVersion: 1,
    environments,
    summary: { ...counts, errors, warnings, infos },
    findings,
    notRun,
  };
}

/** `1 error, 2 warnings and 1 note in 14 files (20 resources), by 50 rules.`, with what else there is to know on lines below. */
export function renderLintSummary(findings: readonly ReportedFinding[], facts: LintFacts): string {
  const counts = countSeverities(findings);
  const parts = [count(counts.error, 'error'), count(counts.warning, 'warning'), count(counts.info, 'note')].filter(
    (part) => !part.startsWith('0 '),
  );
  const found = parts.length === 0 ? 'Nothing found' : joinWords(parts);
  const fixable = findings.filter((finding) => finding.fixable).length;
  const lines = [
    `${found} in ${count(facts.files, 'file')} (${count(facts.resources, 'resource')}), by ${count(facts.rules, 'rule')}.`,
    ...(facts.suppressed > 0 ? [`Comments suppress ${count(facts.suppressed, 'finding')}.`] : []),
    ...(facts.fixed > 0 ? [`Fixed: ${facts.fixed}.`] : []),
    ...(fixable > 0 && facts.fixed === 0
      ? [`To fix ${fixable === findings.length ? 'all' : String(fixable)} of them: limio-sync lint --fix`]
      : []),
    ...[...groupReasons(facts.notRun)].map(([reason, rules]) => `Not run, since ${reason}: ${rules.join(', ')}.`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function groupReasons(notRun: LintFacts['notRun']): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { rule, reason } of notRun) groups.set(reason, [...(groups.get(reason) ?? []), rule]);
  return groups;
}

function countSeverities(findings: readonly Problem[]): Record<Problem['severity'], number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
