import { ATTRIBUTE_ROWS } from '../kinds/catalog/attributes.js';
import { buildFieldRules } from '../kinds/kind-definition.js';
import { overlayDeclared } from '../kinds/overlay.js';
import { type Address, isCatalogKind, parseAddress } from '../model/address.js';
import { getOwn, isJsonObject, type JsonObject, listTexts, type VariableValue } from '../model/json.js';
import type { LintContext, PageUse, ReleasedPlace } from '../model/lint-rule.js';
import type { CatalogItem } from '../model/live-api.js';
import type { DesiredResource } from '../model/model.js';

const RULES = buildFieldRules(ATTRIBUTE_ROWS);

export interface LintContextInput {
  environment?: string;
  now: number;
  resources: readonly DesiredResource[];
  foreignHosts: ReadonlyMap<string, string>;
  pages?: readonly PageUse[];
  catalog?: ReadonlyMap<string, CatalogItem>;
  released?: ReadonlyMap<Address, readonly ReleasedPlace[]>;
}

/** What rules can see: the input, and the lookups that most of them need. */
export function createLintContext(input: LintContextInput): LintContext {
  const byAddress = new Map(input.resources.map((resource) => [resource.address, resource]));
  const known = new Map<DesiredResource, JsonObject>();
  return {
    ...input,
    find: (address) => byAddress.get(address),
    attributesOf(resource) {
      const before = known.get(resource);
      if (before) return before;
      const attributes = readAttributes(resource, input.catalog);
      known.set(resource, attributes);
      return attributes;
    },
  };
}

function readAttributes({ address, kind, body }: DesiredResource, catalog: LintContextInput['catalog']): JsonObject {
  const declared = getOwn(body, 'attributes');
  if (!isCatalogKind(kind) || !isJsonObject(declared)) return {};
  // An empty declaration manages nothing, but overlayDeclared would treat `{}` as a value.
  const live = catalog?.get(parseAddress(address).name)?.attributes;
  if (live && Object.keys(declared).length === 0) return live;
  const merged = live ? overlayDeclared(['attributes'], declared, live, RULES) : declared;
  return isJsonObject(merged) ? Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) : {};
}

/** The parts of an environment that name hosts. */
export interface EnvironmentHosts {
  name: string;
  /** API host, with its port unless it is the default. */
  host: string;
  /** Origin of the storefront, if known. */
  shopUrl?: string;
  vars: Readonly<Record<string, VariableValue>>;
}

/** The hosts of all other environments, by host. A host that this environment uses too is not foreign. */
export function listForeignHosts(own: EnvironmentHosts, all: readonly EnvironmentHosts[]): ReadonlyMap<string, string> {
  const mine = new Set([
    ...listHosts(own),
    ...Object.values(own.vars)
      .flatMap(listTexts)
      .map((value) =>
        value
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
