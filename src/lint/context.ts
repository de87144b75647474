import { ATTRIBUTE_ROWS } from '../kinds/catalog/attributes.js';
import { buildFieldRules } from '../kinds/kind-definition.js';
import { overlayDeclared } from '../kinds/overlay.js';
import { isCatalogKind, parseAddress } from '../model/address.js';
import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { LintContext, PageUse } from '../model/lint-rule.js';
import type { CatalogItem } from '../model/live-api.js';
import type { DesiredResource } from '../model/resource.js';

const RULES = buildFieldRules(ATTRIBUTE_ROWS);

export interface ContextFacts {
  environment?: string;
  now: number;
  resources: readonly DesiredResource[];
  foreignHosts: ReadonlyMap<string, string>;
  pages?: readonly PageUse[];
  catalog?: ReadonlyMap<string, CatalogItem>;
}

/** What rules are handed: the facts, and the look-ups that most of them need. */
export function createLintContext(facts: ContextFacts): LintContext {
  const byAddress = new Map(facts.resources.map((resource) => [resource.address, resource]));
  const known = new Map<DesiredResource, JsonObject>();
  return {
    ...facts,
    find: (address) => byAddress.get(address),
    attributesOf(resource) {
      const before = known.get(resource);
      if (before) return before;
      const attributes = readAttributes(resource, facts.catalog);
      known.set(resource, attributes);
      return attributes;
    },
  };
}

function readAttributes({ address, kind, body }: DesiredResource, catalog: ContextFacts['catalog']): JsonObject {
  const declared = getOwn(body, 'attributes');
  if (!isCatalogKind(kind) || !isJsonObject(declared)) return {};
  // An empty declaration manages nothing; overlayDeclared takes `{}` for a value.
  const live = catalog?.get(parseAddress(address).name)?.attributes;
  if (live && Object.keys(declared).length === 0) return live;
  const laid = live ? overlayDeclared(['attributes'], declared, live, RULES) : declared;
  return isJsonObject(laid) ? Object.fromEntries(Object.entries(laid).filter(([, value]) => value !== null)) : {};
}

/** What is known of an environment that decides which hosts are its own. */
export interface EnvironmentHosts {
  name: string;
  /** Host of the API, with the port when it is not the default one. */
  host: string;
  /** Origin of the storefront, where it is known. */
  shopUrl?: string;
  vars: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The hosts of all environments but one, with the name of their environment. What the one's own
 * addresses or variables name is its own, whoever shares it.
 */
export function listForeignHosts(own: EnvironmentHosts, all: readonly EnvironmentHosts[]): ReadonlyMap<string, string> {
  const mine = new Set([
    ...listHosts(own),
    ...Object.values(own.vars).map((value) =>
      String(value)
        .toLowerCase()
        .replace(/^https?:\/\//, '')
        .replace(/\/.*$/, ''),
    ),
  ]);
  return new Map(
    all
      .filter(({ name }) => name !== own.name)
      .flatMap((other) => listHosts(other).map((host): [string, string] => [host, other.name]))
      .filter(([host]) => !mine.has(host)),
  );
}

function listHosts({ host, shopUrl }: EnvironmentHosts): string[] {
  return [host, ...(shopUrl === undefined ? [] : [new URL(shopUrl).host])].map((one) => one.toLowerCase());
}
