import { createLintContext } from '../../src/lint/context.js';
import { type LintResult, runLint } from '../../src/lint/lint.js';
import { listPages } from '../../src/lint/pages.js';
import { LINT_RULES } from '../../src/lint/rules/rules.js';
import { DIRECTIVE, resolveSettings } from '../../src/lint/settings.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import { isJsonObject, type JsonObject } from '../../src/model/json.js';
import type { LintContext, LintRule, LintSetting, PageUse } from '../../src/model/lint-rule.js';
import type { AppliedObject } from '../../src/model/drift.js';
import type { CatalogItem } from '../../src/model/live-api.js';
import type { DesiredResource } from '../../src/model/model.js';
import { findApplied, listClearings } from '../../src/plan/managed.js';
import type { SourceText } from '../../src/source/documents.js';
import { listComments } from '../../src/source/list-comments.js';
import { createLocator } from '../../src/cli/lint/project.js';
import { type ValidatedSources, validateSources } from '../../src/source/source.js';

/** The moment at which the examples are linted. */
export const NOW = Date.parse('2026-11-24T12:00:00Z');
const VARS = { shopDomain: 'acme-sandbox-shop.prod.limio.com', webhook: 'https://hooks.acme.example/limio' };

export interface LintFacts {
  pages?: PageUse[];
  catalog?: ReadonlyMap<string, CatalogItem>;
  /** Of the snapshot of the last apply. */
  applied?: Record<string, AppliedObject>;
}

export interface LintChoice {
  rules?: readonly LintRule[];
  only?: readonly string[];
  settings?: Record<string, LintSetting>;
  facts?: LintFacts;
}

export interface Linted extends LintResult {
  checked: ValidatedSources;
}

/** Lints texts as the command does for the environment "sandbox"; the files must be valid. */
export function lintSources(
  sources: readonly SourceText[],
  { rules = LINT_RULES, only, settings, facts = {} }: LintChoice = {},
): Linted {
  const checked = validateSources(sources, { environments: [{ name: 'sandbox', vars: VARS }] });
  const errors = checked.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`the files are not valid: ${JSON.stringify(errors[0])}`);
  const pages = listPages(checked.resources, facts.pages);
  const result = runLint({
    rules,
    settings: resolveSettings(rules, settings),
    ...(only ? { only: new Set(only) } : {}),
    missing: { pages: 'unknown', catalog: 'unknown' },
    comments: checked.files.flatMap((file) => listComments(file, DIRECTIVE)),
    ...createLocator(checked),
    context: createLintContext({
      environment: 'sandbox',
      now: NOW,
      resources: checked.resources,
      foreignHosts: new Map([
        ['acme.prod.limio.com', 'prod'],
        ['acme-shop.prod.limio.com', 'prod'],
      ]),
      ...(pages ? { pages } : {}),
      ...(facts.catalog ? { catalog: facts.catalog } : {}),
      ...(facts.applied ? { released: listReleasedPlaces(checked.resources, facts.applied) } : {}),
    }),
  });
  return { ...result, checked };
}

function listReleasedPlaces(
  resources: readonly DesiredResource[],
  applied: Record<string, AppliedObject>,
): NonNullable<LintContext['released']> {
  const kinds = createKindRules(DEFAULT_DIALECT);
  return new Map(
    resources.map((resource) => {
      const entry = findApplied({ objects: applied }, resource);
      return [resource.address, entry ? listClearings(resource, entry, kinds, { ignore: [] }) : []];
    }),
  );
}

export function lintText(text: string, choice: LintChoice = {}): Linted {
  return lintSources([{ path: 'example.yaml', text }], choice);
}

/** Facts of a tenant as the pages of rules write them. */
export function readFacts(text: string | undefined): LintFacts {
  if (text === undefined) return {};
  const { pages, catalog, applied } = JSON.parse(text) as {
    pages?: { path: string; labels: string[]; items: string[] }[];
    catalog?: { path: string; attributes?: JsonObject; data?: JsonObject }[];
    applied?: Record<string, AppliedObject>;
  };
  return {
    ...(applied ? { applied } : {}),
    ...(pages
      ? { pages: pages.map(({ path, labels, items }) => ({ path, labels: new Set(labels), items: new Set(items) })) }
      : {}),
    ...(catalog
      ? {
          catalog: new Map(
            catalog.map(({ path, attributes = {}, data = {} }) => [
              path,
              { path, name: path, id: '', attributes, data: isJsonObject(data) ? data : {} },
            ]),
          ),
        }
      : {}),
  };
}
