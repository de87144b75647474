import type { LintRule, LintSetting } from '../model/lint-rule.js';
import type { Problem } from '../model/problem.js';
import { suggestNearest } from '../model/spelling.js';

/** Reported if a rule throws. Cannot be turned off. */
export const FAILED_RULE = 'rule-failed';

/** Severity by rule id. Rules that are off have no entry. */
export type LintSettings = ReadonlyMap<string, Exclude<LintSetting, 'off'>>;

/** The severity of every rule: its default, or the last group of settings that names it. */
export function resolveSettings(
  rules: readonly LintRule[],
  ...groups: (Readonly<Record<string, LintSetting | undefined>> | undefined)[]
): LintSettings {
  const own = [
    ...rules.map(({ id, severity }): [string, LintSetting] => [id, severity]),
    ...Object.entries(SUPPRESSION_RULES).map(([id, { severity }]): [string, LintSetting] => [id, severity]),
  ];
  const settings = new Map(own);
  for (const [id, setting] of groups.flatMap((group) => Object.entries(group ?? {})))
    if (setting !== undefined && settings.has(id)) settings.set(id, setting);
  return new Map([...settings].filter((entry): entry is [string, Exclude<LintSetting, 'off'>] => entry[1] !== 'off'));
}

/** Problems with the rule ids and custom rules of a configuration, as sentences. */
export function checkRuleNames(
  builtIn: readonly LintRule[],
  custom: readonly LintRule[],
  named: Iterable<string>,
): string[] {
  const known = new Set([...builtIn, ...custom].map(({ id }) => id).concat(Object.keys(SUPPRESSION_RULES)));
  const seen = new Set([...builtIn.map(({ id }) => id), ...Object.keys(SUPPRESSION_RULES), FAILED_RULE]);
  const repeated = custom.flatMap(({ id }) => {
    if (seen.has(id)) return [`Two rules have the id "${id}".`];
    seen.add(id);
    return [];
  });
  const unknown = [...new Set(named)]
    .filter((id) => !known.has(id))
    .map((id) => {
      const nearest = suggestNearest(id, known);
      return `Unknown rule "${id}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`;
    });
  return [...repeated, ...unknown];
}

export const DIRECTIVE = 'limio-lint-';

/** A comment in a file. `below`: the lines of the YAML node under it. */
export interface LintComment {
  file: string;
  line: number;
  col: number;
  length: number;
  /** Without the `#`. */
  text: string;
  range: readonly [start: number, end: number];
  below?: { from: number; to: number };
}

/** A rule that a comment suppresses for some lines of its file. */
export interface Suppression {
  comment: LintComment;
  rule: string;
  /** Lines, both inclusive. */
  from: number;
  to: number;
}

/** Rules about the comments themselves. Comments cannot suppress them. */
export const SUPPRESSION_RULES = {
  'suppression-invalid': { severity: 'error', title: 'A lint comment is invalid' },
  'suppression-unused': { severity: 'warning', title: 'A lint comment suppresses nothing' },
} as const;

export type CommentProblem = Pick<Problem, 'file' | 'line' | 'col' | 'length' | 'message' | 'hint'>;

const FORM = /^limio-lint-(disable-next-line|disable-file)(?:\s+([^]*?))?$/;

const EXAMPLE = '# limio-lint-disable-next-line price-text-mismatch -- the reason';

/**
 * `limio-lint-disable-next-line rule, rule -- reason` covers the pair or list element that starts on
 * the next line that is not empty and not a comment. `limio-lint-disable-file rule -- reason` covers
 * the file. Anything else that starts with `limio-lint-` is an error.
 */
export function parseSuppressions(
  comments: readonly LintComment[],
  known: ReadonlySet<string>,
): { suppressions: Suppression[]; problems: CommentProblem[] } {
  const suppressions: Suppression[] = [];
  const problems: CommentProblem[] = [];
  for (const comment of comments) {
    if (!comment.text.startsWith(DIRECTIVE)) continue;
    const report = (message: string, hint: string): void =>
      void problems.push({
        file: comment.file,
        line: comment.line,
        col: comment.col,
        length: comment.length,
        message,
        hint,
      });
    const [, form, rest = ''] = FORM.exec(comment.text) ?? [];
    if (form === undefined) {
      report('This lint comment is invalid.', `Example: ${EXAMPLE}`);
      continue;
    }
    const [, names = '', reason = ''] = /^([^]*?)(?:(?:^|\s)--(?:\s+([^]*))?)?$/.exec(rest) ?? [];
    const rules = names.split(/[\s,]+/).filter((name) => name !== '');
    if (rules.length === 0) report('The comment names no rule.', `Example: ${EXAMPLE}`);
    else if (reason.trim() === '')
      report(
        'The comment gives no reason.',
        `Add it after two hyphens: # ${comment.text.replace(/\s*--\s*$/, '')} -- the reason`,
      );
    else {
      for (const rule of rules.filter((name) => !known.has(name))) {
        const nearest = suggestNearest(rule, known);
        report(
          `Unknown rule "${rule}".`,
          nearest === undefined ? 'To see all rules: limio-sync lint --list' : `Did you mean "${nearest}"?`,
        );
      }
      const lines = form === 'disable-file' ? { from: 1, to: Infinity } : comment.below;
      // A comment at the end of the file covers no line, so it is unused.
      for (const rule of rules.filter((name) => known.has(name)))
        suppressions.push({ comment, rule, from: lines?.from ?? 0, to: lines?.to ?? 0 });
    }
  }
  return { suppressions, problems };
}
