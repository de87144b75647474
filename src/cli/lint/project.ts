import { basename, dirname, join } from 'node:path';
import { loadConfig } from '../../config/config.js';
import { type Environment, resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { writeFileSafely } from '../../journal/files.js';
import type { LocatedFinding } from '../../lint/lint.js';
import { readPageUse } from '../../lint/pages.js';
import { LINT_RULES } from '../../lint/rules/rules.js';
import { checkRuleNames } from '../../lint/settings.js';
import type { LintNeed, LintRule, PageUse } from '../../model/lint-rule.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { SourceText } from '../../source/documents.js';
import { fixText, type TextFix } from '../../source/edit/fix-text.js';
import type { ValidatedSources } from '../../source/source.js';
import type { CliIo } from '../shared/io.js';

export interface LintProject {
  root: string;
  config: Config | undefined;
  /** The environments to look at: one that was named, else all; none without a configuration. */
  environments: Environment[];
  /** All environments of the configuration. */
  all: Environment[];
  rules: readonly LintRule[];
}

/** Which rules and environments to lint. Reads no secrets. @throws LimioError CONFIG_*, ENVIRONMENT_*, USAGE. */
export async function loadForLint(
  io: CliIo,
  options: { config?: string; env?: string; live?: boolean; rule?: readonly string[] },
): Promise<LintProject> {
  const loaded = await loadConfig(io.cwd, options.config).catch((error: unknown) => {
    const optional = options.config === undefined && options.env === undefined && !options.live;
    if (optional && error instanceof LimioError && error.code === 'CONFIG_NOT_FOUND') return undefined;
    throw error;
  });
  const custom = loaded?.config.lint?.custom ?? [];
  const rules = [...LINT_RULES, ...custom];
  const unknown = checkRuleNames(
    LINT_RULES,
    [],
    options.rule?.filter((id) => !custom.some((one) => one.id === id)) ?? [],
  );
  if (unknown.length > 0)
    throw new LimioError({
      code: 'USAGE',
      message: unknown.join(' '),
      hint: 'To see all rules: limio-sync lint --list',
    });
  if (!loaded) return { root: io.cwd, config: undefined, environments: [], all: [], rules };
  const { config, file } = loaded;
  refuseLintNames(config, basename(file));
  const all = Object.keys(config.environments).map((name) => resolveEnvironment(config, name));
  const variable = io.env['LIMIO_ENV'];
  const named = options.live || options.env !== undefined || (variable !== undefined && variable !== '');
  const environments = named
    ? [resolveEnvironment(config, selectEnvironment(config, { flag: options.env, variable }))]
    : all;
  return { root: dirname(file), config, environments, all, rules };
}

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

/** What the tenant tells rules that ask for it; what could not be read to its end proves nothing. */
export interface LintFactsOfTenant {
  pages?: PageUse[];
  catalog?: ReadonlyMap<string, CatalogItem>;
  missing: Partial<Record<LintNeed, string>>;
}

export const WITHOUT_LIVE: LintFactsOfTenant = {
  missing: {
    pages: 'no file declares a page, and they ask for pages (--live --env <name>)',
    catalog: 'they ask for the catalog of a tenant (--live --env <name>)',
  },
};

/** Working copies of pages, products, add-ons and offers; reads only. */
export async function readLintFacts(reader: LiveReader): Promise<LintFactsOfTenant> {
  const [pages, ...items] = await Promise.all([
    reader.listItems('page', 'catalog'),
    reader.listItems('product', 'catalog'),
    reader.listItems('add_on', 'catalog'),
    reader.listItems('offer', 'catalog'),
  ]);
  const gap = items.find(({ complete }) => !complete);
  return {
    ...(pages.complete ? { pages: pages.items.map(readPageUse) } : {}),
    ...(gap ? {} : { catalog: new Map(items.flatMap((list) => list.items).map((item) => [item.path, item])) }),
    missing: {
      ...(pages.complete ? {} : { pages: describeGap('pages', pages) }),
      ...(gap ? { catalog: describeGap('catalog', gap) } : {}),
    },
  };
}

function describeGap(what: string, { note }: Listing<CatalogItem>): string {
  return `the ${what} of the tenant could not be read to the end (${(note ?? 'no proof of its end').replace(/\.$/, '')})`;
}

/**
 * Makes the fixes that findings offer, file by file; gives back all texts as they are now, and how
 * many fixes were made. `checks` are the files as each environment reads them, parsed once for all.
 */
export function fixFiles(
  root: string,
  files: readonly SourceText[],
  checks: readonly ValidatedSources[],
  findings: readonly LocatedFinding[],
): { files: SourceText[]; fixed: number } {
  let fixed = 0;
  const byPath = new Map(checks.flatMap((checked) => checked.files).map((file) => [file.path, file]));
  const now = files.map((source) => {
    const fixes = findings.filter(({ file }) => file === source.path).flatMap((finding) => toTextFix(finding, checks));
    const parsed = byPath.get(source.path);
    if (!parsed || fixes.length === 0) return source;
    const made = fixText(parsed, fixes);
    if (made.fixed === 0) return source;
    fixed += made.fixed;
    const text = `${parsed.hasByteOrderMark ? '\uFEFF' : ''}${made.text}`;
    writeFileSafely(join(root, source.path), text);
    return { path: source.path, text };
  });
  return { files: now, fixed };
}

/** In the document that the finding is about: of the base, or of the overlay of any environment. */
function toTextFix({ file, address, fix }: LocatedFinding, checks: readonly ValidatedSources[]): TextFix[] {
  if (!fix) return [];
  if ('removeComment' in fix) return [fix];
  const documents = checks.flatMap((checked) => (address && checked.findOrigin(address, fix.pointer)?.document) ?? []);
  const document = documents.find((one) => one.file.path === file);
  return document ? [{ document, ...fix }] : [];
}
