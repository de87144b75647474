import type { Address, Kind } from './address.js';
import type { JsonObject } from './json.js';
import type { CatalogItem } from './live-api.js';
import type { DesiredResource } from './resource.js';

export type LintSeverity = 'error' | 'warning' | 'info';
/** What a rule can be set to in limio.config. */
export type LintSetting = LintSeverity | 'off';

/** A replacement that cannot change what a file means, below the body of the resource. */
export type LintFix =
  /** The text at the pointer becomes `to`, if it still is `from`. */
  | { pointer: string; from: string; to: string }
  /** The element of a list at the pointer is taken out. */
  | { pointer: string; remove: true };

/** Something that a rule has found. Its place in the file is looked up later. */
export interface LintFinding {
  address: Address;
  /** JSON Pointer into the body of the resource; the whole resource when absent. */
  pointer?: string;
  /** One sentence. */
  message: string;
  hint?: string;
  related?: readonly { address: Address; pointer?: string; message: string }[];
  fix?: LintFix;
}

/** What a page refers to, wherever it stands in it. */
export interface PageUse {
  /** `/pages/home` */
  path: string;
  /** Labels by which it pulls in offers and add-ons. */
  labels: ReadonlySet<string>;
  /** Paths of the offers and add-ons that it lists. */
  items: ReadonlySet<string>;
}

/** Everything that a rule can see. Facts that are not known are absent: see {@link LintNeed}. */
export interface LintContext {
  /** The environment that is looked at; absent without a configuration. */
  environment?: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** All that the files declare for the environment, sorted by address. */
  resources: readonly DesiredResource[];
  find(address: Address): DesiredResource | undefined;
  /**
   * Attributes of a catalog item, without those that are null. With `--live`, what the file leaves
   * out is as the tenant has it; otherwise it is absent.
   */
  attributesOf(resource: DesiredResource): JsonObject;
  /** Hosts of the other environments, with the name of the environment. */
  foreignHosts: ReadonlyMap<string, string>;
  /** With `--live`, all pages of the tenant and of the files; otherwise those that files declare, if any. */
  pages?: readonly PageUse[];
  /** The items of the tenant by path, with `--live`. */
  catalog?: ReadonlyMap<string, CatalogItem>;
}

/** `pages`: at least those that files declare. `catalog`: every product, add-on and offer of the tenant. */
export type LintNeed = 'pages' | 'catalog';

interface LintRuleBase {
  /** Lower-case words joined by hyphens: what configuration and comments name. */
  id: string;
  severity: LintSeverity;
  /** What it finds, in a few words. */
  title: string;
  /** The kinds of resource that it looks at. */
  kinds: readonly Kind[];
  /** What must be known for it to run at all. */
  needs?: readonly LintNeed[];
}

/** Looks at one resource at a time. */
export interface SingleLintRule extends LintRuleBase {
  check: (resource: DesiredResource, context: LintContext) => readonly LintFinding[];
}

/** Looks at all resources of its kinds together. */
export interface JointLintRule extends LintRuleBase {
  checkAll: (resources: readonly DesiredResource[], context: LintContext) => readonly LintFinding[];
}

/** A rule of `limio-sync lint`: data and one pure function, which is never handed a clock or the network. */
export type LintRule = SingleLintRule | JointLintRule;
