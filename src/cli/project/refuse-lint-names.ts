import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { LINT_RULES } from '../../lint/rules/rules.js';
import { checkRuleNames } from '../../lint/settings.js';

/** A rule that is switched off by a misspelt name stays on, so every name is looked at. `file` is named. @throws LimioError CONFIG_INVALID. */
export function refuseLintNames({ lint, environments }: Config, file: string): void {
  const groups = [lint?.rules, ...Object.values(environments).map((environment) => environment.lint?.rules)];
  const faults = checkRuleNames(
    LINT_RULES,
    lint?.custom ?? [],
    groups.flatMap((group) => Object.keys(group ?? {})),
  );
  if (faults.length === 0) return;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `"lint" in ${file} ${faults.length === 1 ? 'has a problem' : `has ${faults.length} problems`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    hint: 'To see all rules: limio-sync lint --list',
    details: { file, problems: faults },
  });
}
