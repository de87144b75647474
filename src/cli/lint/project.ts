import { basename, join } from 'node:path';
import { type Environment, resolveEnvironment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { writeFileSafely } from '../../journal/files.js';
import { createKindRules } from '../../kinds/kinds.js';
import type { LintInput, LocatedFinding } from '../../lint/lint.js';
import { readPageUse } from '../../lint/pages.js';
import { LINT_RULES } from '../../lint/rules/rules.js';
import { checkRuleNames } from '../../lint/settings.js';
import type { Address } from '../../model/address.js';
import type { AppliedState } from '../../model/drift.js';
import type { LintContext, LintNeed, LintRule, PageUse } from '../../model/lint-rule.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { DesiredResource } from '../../model/model.js';
import { formatPointer, parsePointer } from '../../model/json.js';
import { countThings } from '../../model/words.js';
import { findApplied, listClearings } from '../../plan/managed.js';
import type { ParsedDocument, ParsedFile, SourceText } from '../../source/documents.js';
import { fixSpelling, fixText, type TextFix } from '../../source/edit/fix-text.js';
import { listLayers } from '../../source/layers.js';
import { locatePath } from '../../source/locate.js';
import { DEFAULT_FILE_GLOBS, readTestFiles } from '../../source/read-files.js';
import type { ValidatedSources } from '../../source/source.js';
import { openOptionalConfig } from '../shared/config.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { EnvOptions } from '../shared/options.js';
import { loadStateIfUsable } from '../shared/plan.js';
import { chooseEnvironment, openFiles, type Repository, toRepository } from '../shared/workspace.js';

export interface LintProject extends Repository {
  /** The environment that was named, else all; none without a configuration. */
  environments: readonly Environment[];
  /** All environments of the configuration. */
  all: readonly Environment[];
  rules: readonly LintRule[];
}

export type LintChoice = Pick<EnvOptions, 'config' | 'env'> & { live?: boolean; rule?: readonly string[] };

/** Which rules and environments to lint. Reads no secrets. @throws LimioError CONFIG_*, ENVIRONMENT_*, USAGE. */
export async function loadForLint(io: CliIo, options: LintChoice): Promise<LintProject> {
  const loaded = await openOptionalConfig(io, options, options.env !== undefined || options.live === true);
  const custom = loaded?.config.lint?.custom ?? [];
  const rules = [...LINT_RULES, ...custom];
  const typed = options.rule?.filter((id) => !custom.some((one) => one.id === id)) ?? [];
  const unknown = checkRuleNames(LINT_RULES, [], typed);
  if (unknown.length > 0) throw refuseUsage(unknown.join(' '), LIST_HINT);
  const repository = toRepository(io, loaded);
  if (!loaded) return { ...repository, environments: [], all: [], rules };
  const { config, file } = loaded;
  checkLintNames(config, basename(file));
  const all = Object.keys(config.environments).map((name) => resolveEnvironment(config, name));
  const isNamed = options.live || options.env !== undefined || (io.env['LIMIO_ENV'] ?? '') !== '';
  const environments = isNamed ? [chooseEnvironment(io, config, options)] : all;
  return { ...repository, environments, all, rules };
}

const LIST_HINT = 'To list all rules: limio-sync lint --list';

/** A misspelt rule name would switch nothing off. `file` is the configuration. @throws LimioError CONFIG_INVALID. */
export function checkLintNames({ lint, environments }: Config, file: string): void {
  const groups = [lint?.rules, ...Object.values(environments).map((environment) => environment.lint?.rules)];
  const faults = checkRuleNames(
    LINT_RULES,
    lint?.custom ?? [],
    groups.flatMap((group) => Object.keys(group ?? {})),
  );
  if (faults.length === 0) return;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message:
      `"lint" in ${file} has ${countThings(faults.length, 'problem')}:\n` +
      faults.map((fault) => `  ${fault}`).join('\n'),
    hint: LIST_HINT,
    details: { file, problems: faults },
  });
}

/** What rules can know of the tenant. An incomplete list proves nothing, so it counts as missing. */
export interface TenantLintInput {
  pages?: PageUse[];
  catalog?: ReadonlyMap<string, CatalogItem>;
  missing: Partial<Record<LintNeed, string>>;
}

export const WITHOUT_LIVE: TenantLintInput = {
  missing: {
    pages: 'they need pages, and no file declares one (--live --env <name>)',
    catalog: 'they need the catalog of a tenant (--live --env <name>)',
  },
};

/** Working copies of pages, products, add-ons and offers; reads only. */
export async function readTenantLintInput(reader: LiveReader): Promise<TenantLintInput> {
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
  return `the list of ${what} of the tenant is incomplete (${(note ?? 'no proof of its end').replace(/\.$/, '')})`;
}

/** The released fields of the resources of an environment, by address; undefined without a snapshot. */
export type ReleasedFinder = (
  environment: Environment | undefined,
  resources: readonly DesiredResource[],
) => LintContext['released'];

/** Reads the snapshot of each environment once. One that cannot be used counts as none, as for a plan. */
export function createReleasedFinder({ root, config, environments }: LintProject): ReleasedFinder {
  const snapshots = new Map(
    environments.flatMap((environment): [Environment, AppliedState | undefined][] =>
      config ? [[environment, loadStateIfUsable({ root, config, environment })]] : [],
    ),
  );
  return (environment, resources) => {
    const snapshot = environment && snapshots.get(environment);
    if (!environment || !snapshot) return undefined;
    const kinds = createKindRules(environment.dialect);
    return new Map(
      resources.map((resource) => {
        const entry = findApplied(snapshot, resource);
        return [resource.address, entry ? listClearings(resource, entry, kinds, environment) : []];
      }),
    );
  };
}

/**
 * Writes every value of the files and their tests as it is sent, and counts the changes. Runs before any
 * check: until then such values are errors, and rules work on valid resources only.
 */
export async function fixSpellings(project: LintProject): Promise<number> {
  const { root, cache, config } = project;
  const { journeys = DEFAULT_FILE_GLOBS.journeys, prices = DEFAULT_FILE_GLOBS.prices } = config?.files ?? {};
  const { files: tests } = readTestFiles(root, [journeys, prices].flat());
  const { files } = await openFiles(project);
  // Others are no YAML: programs, and texts of `!file` tags.
  const documents = files.filter(({ role }) => role === undefined || role === 'base');
  const fixed = [...documents, ...tests].map((source) => {
    const parsed = cache.parse(source.path, source.text);
    const made = fixSpelling(parsed);
    if (made.fixed > 0) writeText(root, parsed, made.text);
    return made.fixed;
  });
  return fixed.reduce((sum, count) => sum + count, 0);
}

function writeText(root: string, { path, hasByteOrderMark }: ParsedFile, text: string): string {
  const whole = `${hasByteOrderMark ? '\uFEFF' : ''}${text}`;
  writeFileSafely(root, join(root, path), whole);
  return whole;
}

/**
 * Applies the fixes of findings to the files, and returns all texts as they are now. `checks` are the files
 * as each environment reads them, parsed once for all.
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
    return { ...source, text: writeText(root, parsed, made.text) };
  });
  return { files: now, fixed };
}

/** The document may belong to the base, or to the overlay of any environment. */
function toTextFix({ file, address, fix }: LocatedFinding, checks: readonly ValidatedSources[]): TextFix[] {
  if (!fix) return [];
  if ('removeComment' in fix) return [fix];
  const origins = checks.flatMap((checked) => (address && checked.findOrigin(address, fix.pointer)) ?? []);
  const origin = origins.find(({ document }) => document.file.path === file);
  // A template may have other keys and indexes than the resource.
  return origin ? [{ ...fix, document: origin.document, pointer: formatPointer(origin.path.map(String)) }] : [];
}

/** Where findings are, and which lines make several resources. */
export function createLocator(checked: ValidatedSources): Required<Pick<LintInput, 'locate' | 'findSharedLine'>> {
  const { declarations, findOrigin } = checked;
  const made = new Map<string, Address[]>();
  for (const [address, { document }] of declarations) {
    if (!document.derivation) continue;
    for (const key of new Set(listLayers(document).map(keyOfDocument))) {
      const known = made.get(key);
      if (known) known.push(address);
      else made.set(key, [address]);
    }
  }
  const lines = new Map<string, ReadonlySet<Address>>();
  // A resource that has another line of the same document there counts: elements that a row leaves out move the others.
  const listUsers = (key: string, pointer: string): ReadonlySet<Address> => {
    const isUser = (address: Address): boolean => {
      const other = findOrigin(address, pointer);
      return other !== undefined && keyOfDocument(other.document) === key;
    };
    const at = `${key} ${pointer}`;
    const users = lines.get(at) ?? new Set(made.get(key)?.filter(isUser));
    lines.set(at, users);
    return users;
  };
  return {
    locate: (address, pointer, offset) => {
      const document = declarations.get(address)?.document;
      // The values of variables move what follows them.
      const known = offset === undefined || findOrigin(address, pointer)?.template !== undefined ? undefined : offset;
      return document && locatePath(document, parsePointer(pointer ?? ''), 'value', known);
    },
    findSharedLine: (address, pointer) => {
      const origin = findOrigin(address, pointer);
      const row = findOrigin(address)?.position.row;
      if (!origin) return undefined;
      const key = keyOfDocument(origin.document);
      if (!row && (made.get(key)?.length ?? 0) < 2) return undefined;
      const isFilled = origin.filled !== undefined;
      return { addresses: listUsers(key, pointer ?? ''), ...(row ? { row } : {}), isFilled };
    },
  };
}

function keyOfDocument({ file, index }: ParsedDocument): string {
  return `${file.path}#${index}`;
}
