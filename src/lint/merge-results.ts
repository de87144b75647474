import type { LintResult, LocatedFinding } from './lint-result.js';

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
