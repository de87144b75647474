import type { LintRule, LintSetting } from '../model/lint-rule.js';
import { suggestNearest } from '../model/spelling.js';
import { SUPPRESSION_RULES } from './suppressions.js';

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
