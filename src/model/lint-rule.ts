import type { Address, Kind } from './address.js';
import type { JsonObject } from './json.js';
import type { CatalogItem } from './live-api.js';
import type { DesiredResource } from './model.js';

export type LintSeverity = 'error' | 'warning' | 'info';
/** What a rule can be set to in limio.config. */
export type LintSetting = LintSeverity | 'off';

/** A change inside the body of the resource. All but the last cannot change the meaning of the file. */
export type LintFix =
  /** Replaces the text at the pointer if it still is `from`. */
  | { pointer: string; from: string; to: string }
  /** Removes the list element at the pointer. */
  | { pointer: string; remove: true }
  /** Writes `null` for a key that the file lacks. An apply then clears the field, so only `--rule` by name makes it. */
  | { pointer: string; clear: true };

/** A finding of a rule. Its place in the file is resolved later. */
export interface LintFinding {
  address: Address;
  /** JSON Pointer into the body of the resource; the whole resource when absent. */
  pointer?: string;
  /** Where in the text the mistake is, for texts in files of their own. */
  offset?: number | undefined;
  /** One sentence. */
  message: string;
  hint?: string;
  related?: readonly { address: Address; pointer?: string; message: string }[];
  fix?: LintFix;
}

/** What a page refers to, anywhere in its attributes. */
export interface PageUse {
  /** `/pages/home` */
  path: string;
  /** Labels by which it selects offers and add-ons. */
  labels: ReadonlySet<string>;
  /** Paths of the offers and add-ons that it lists. */
  items: ReadonlySet<string>;
}

/** A field that an apply of these files set once and that they no longer declare. */
export interface ReleasedPlace {
  /** From the top of the body; elements of keyed lists by their keys. */
  path: readonly string[];
  /** Where the key is missing in the body: elements of lists by their indices. */
  at: readonly string[];
  /** `badge_text__limio: null`; undefined where a file cannot clear it. */
  line?: string;
}

/** Everything that a rule can see. What is unknown is absent: see {@link LintNeed}. */
export interface LintContext {
  /** The checked environment; absent without a configuration. */
  environment?: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** All that the files declare for the environment, sorted by address. */
  resources: readonly DesiredResource[];
  find(address: Address): DesiredResource | undefined;
  /**
   * Attributes of a catalog item, without those that are null. With `--live`, attributes that the file
   * does not declare have the tenant's value; without it, they are absent.
   */
  attributesOf(resource: DesiredResource): JsonObject;
  /** Hosts of the other environments, with the name of the environment. */
  foreignHosts: ReadonlyMap<string, string>;
  /** With `--live`, all pages of the tenant and the files; without it, those that files declare, if any. */
  pages?: readonly PageUse[];
  /** Released fields of each resource, where the snapshot of the last apply is at hand. */
  released?: ReadonlyMap<Address, readonly ReleasedPlace[]>;
  /** The items of the tenant by path, with `--live`. */
  catalog?: ReadonlyMap<string, CatalogItem>;
}

/** `pages`: at least those that files declare. `catalog`: every product, add-on and offer of the tenant. */
export type LintNeed = 'pages' | 'catalog';

interface LintRuleBase {
  /** Lower-case words joined by hyphens: what configuration and comments name. */
  id: string;
  severity: LintSeverity;
  /** Its findings, in a few words. */
  title: string;
  /** The kinds that it checks. */
  kinds: readonly Kind[];
  /** What it requires; without it, the rule does not run. */
  needs?: readonly LintNeed[];
}

/** Checks one resource at a time. */
export interface SingleLintRule extends LintRuleBase {
  check: (resource: DesiredResource, context: LintContext) => readonly LintFinding[];
}

/** Checks all resources of its kinds together. */
export interface JointLintRule extends LintRuleBase {
  checkAll: (resources: readonly DesiredResource[], context: LintContext) => readonly LintFinding[];
}

/** A rule of `limio-sync lint`: data and one pure function, without clock or network. */
export type LintRule = SingleLintRule | JointLintRule;
