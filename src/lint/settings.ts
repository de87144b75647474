import type { LintRule, LintSetting } from '../model/lint-rule.js';
import type { Problem } from '../model/problem.js';
import { suggestNearest } from '../model/spelling.js';

/** Reported when a rule itself fails; it cannot be switched off. */
export const FAILED_RULE = 'rule-failed';

/** Severities by the id of the rule; a rule that is switched off has none. */
export type LintSettings = ReadonlyMap<string, Exclude<LintSetting, 'off'>>;

/** The severity of every rule: its own, or what the configuration says. A later group of settings wins. */
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

/** What is wrong with the rules that a configuration names or brings, as sentences. */
export function checkRuleNames(
  builtIn: readonly LintRule[],
  custom: readonly LintRule[],
  named: Iterable<string>,
): string[] {
  const known = new Set([...builtIn, ...custom].map(({ id }) => id).concat(Object.keys(SUPPRESSION_RULES)));
  const seen = new Set([...builtIn.map(({ id }) => id), ...Object.keys(SUPPRESSION_RULES), FAILED_RULE]);
  const repeated = custom.flatMap(({ id }) => {
    if (seen.has(id)) return [`There are two rules with the id "${id}".`];
    seen.add(id);
    return [];
  });
  const unknown = [...new Set(named)]
    .filter((id) => !known.has(id))
    .map((id) => {
      const nearest = suggestNearest(id, known);
      return `There is no rule "${id}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`;
    });
  return [...repeated, ...unknown];
}

/** What every directive begins with. */
export const DIRECTIVE = 'limio-lint-';

/** A comment of a file; `below` are the lines of what stands under it. */
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

/** One rule that a comment switches off for some lines of its file. */
export interface Suppression {
  comment: LintComment;
  rule: string;
  /** Lines, both included. */
  from: number;
  to: number;
}

/** Rules that look at the comments themselves; they cannot be suppressed by comments. */
export const SUPPRESSION_RULES = {
  'suppression-invalid': { severity: 'error', title: 'A comment for lint is not understood' },
  'suppression-unused': { severity: 'warning', title: 'A comment for lint suppresses nothing' },
} as const;

export type CommentProblem = Pick<Problem, 'file' | 'line' | 'col' | 'length' | 'message' | 'hint'>;

const FORM = /^limio-lint-(disable-next-line|disable-file)(?:\s+([^]*?))?$/;

const EXAMPLE = '# limio-lint-disable-next-line price-text-mismatch -- why it is right here';

/**
 * `limio-lint-disable-next-line rule, rule -- reason` covers the pair or list element that begins on
 * the next line that is neither empty nor a comment; `limio-lint-disable-file rule -- reason` covers
 * the file. Whatever else begins with `limio-lint-` is a mistake.
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
      report('This comment for lint is not understood.', `Write ${EXAMPLE}`);
      continue;
    }
    const [, names = '', reason = ''] = /^([^]*?)(?:(?:^|\s)--(?:\s+([^]*))?)?$/.exec(rest) ?? [];
    const rules = names.split(/[\s,]+/).filter((name) => name !== '');
    if (rules.length === 0) report('The comment names no rule.', `Write ${EXAMPLE}`);
    else if (reason.trim() === '')
      report(
        'The comment gives no reason.',
        `Add it after two hyphens: # ${comment.text.replace(/\s*--\s*$/, '')} -- why it is right here`,
      );
    else {
      for (const rule of rules.filter((name) => !known.has(name))) {
        const nearest = suggestNearest(rule, known);
        report(
          `There is no rule "${rule}".`,
          nearest === undefined ? 'limio-sync lint --list shows all rules.' : `Did you mean "${nearest}"?`,
        );
      }
      const lines = form === 'disable-file' ? { from: 1, to: Infinity } : comment.below;
      // Above nothing, it covers no line: it is unused.
      for (const rule of rules.filter((name) => known.has(name)))
        suppressions.push({ comment, rule, from: lines?.from ?? 0, to: lines?.to ?? 0 });
    }
  }
  return { suppressions, problems };
}
