import { narrowTo, pickCreateOnly } from '../kinds/catalog/create-only.js';
import { findSettingDifferences, type SettingDifference } from '../kinds/catalog/page-settings.js';
import { findDanglingReferences, KIND_DEFINITIONS } from '../kinds/kinds.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, isCatalogKind, type Kind, KINDS, nameKind } from '../model/address.js';
import { canonicalJson, getAt, getOwn, type Json, jsonEqual } from '../model/json.js';
import type { DesiredResource, LiveResource } from '../model/model.js';
import type { Change, PlanWarning, PublishPlan } from '../model/plan.js';
import { compareBy, countThings, nameFirst } from '../model/words.js';
import type { ResourceDiff } from './compare.js';
import { describeIncomplete } from './incomplete-reads.js';
import type { Managed, UnmanagedPart } from './managed.js';
import type { StaleCopy } from './pages/pages.js';
import { findNewRoutes } from './pages/routes.js';

/** What a person should know before an apply. A warning stops nothing. */
export function warnPlan(diffs: readonly ResourceDiff[], state: LiveState, managed: Managed): PlanWarning[] {
  return [
    ...warnIncomplete(state),
    ...warnUnreadable(state),
    ...warnNoEffect('IGNORED', managed.ignored, (them) => `the environment ignores ${them}`),
    ...warnNoEffect('OWNED_ELSEWHERE', managed.owned, (them) => {
      return `the configuration says that the app or the server owns ${them}`;
    }),
    ...diffs.flatMap((one) => [...warnSynced(one), ...warnDangling(one, state)]),
  ];
}

function warnIncomplete({ listings }: LiveState): PlanWarning[] {
  return KINDS.flatMap((kind): PlanWarning[] => {
    const listing = listings[kind];
    if (!listing || listing.complete) return [];
    const list = describeIncomplete(nameKind(kind), listing).replace(/^t/, 'T');
    const deletions = KIND_DEFINITIONS[kind].scopeKey ? ', and no deletion is certain' : '';
    const low = `the count of unmanaged ones is too low${deletions}`;
    const message = `${list}. Declared ones were read one by one, but ${low}.`;
    return [{ code: 'INCOMPLETE_READ', message }, ...(listing.hidesDeletions ? [warnHidden(kind)] : [])];
  });
}

/** What this run cannot see it does not delete, so it must not end as if everything were as declared. */
function warnHidden(kind: Kind): PlanWarning {
  return {
    code: 'DELETIONS_UNREAD',
    message:
      `The list of ${nameKind(kind)} could not be read in full, so this plan may lack deletions ` +
      'of undeclared ones in the scope.',
    hint: 'Run the command again. While the list cannot be read, apply ends with exit code 6.',
  };
}

/** An object that is left out must not look as if it were as declared. */
function warnUnreadable({ unreadable }: LiveState): PlanWarning[] {
  return [...unreadable].sort(compareBy(([address]) => address)).map(([address, error]) => ({
    code: 'OBJECT_UNREADABLE',
    address,
    message: `${address} cannot be read, so this plan leaves it out: ${error.message}`,
  }));
}

/** A declaration without effect must not look as if it had one. */
function warnNoEffect(
  code: 'IGNORED' | 'OWNED_ELSEWHERE',
  parts: readonly UnmanagedPart[],
  explain: (them: string) => string,
): PlanWarning[] {
  const objects = parts.filter(({ path }) => path.length === 0).length;
  const fields = parts.length - objects;
  const counted = [
    ...(objects > 0 ? [countThings(objects, 'declared resource')] : []),
    ...(fields > 0 ? [countThings(fields, 'declared field')] : []),
  ].join(' and ');
  const [has, them] = parts.length === 1 ? ['has', 'it'] : ['have', 'them'];
  return parts.length === 0 ? [] : [{ code, message: `${counted} ${has} no effect: ${explain(them)}.` }];
}

/** API reference, section 3: products are mostly synced from the billing system. */
function warnSynced({ desired: { address, kind }, live, change }: ResourceDiff): PlanWarning[] {
  if (!change || !live || kind !== 'product' || getOwn(live.record, 'synced') !== true) return [];
  const message = `${address} is synced from the billing system, which may overwrite its attributes.`;
  return [{ code: 'PRODUCT_SYNCED', address, message }];
}

/** A promo code may name a product that only the billing system knows; an item may refer to one that was deleted. */
function warnDangling({ desired }: ResourceDiff, state: LiveState): PlanWarning[] {
  const { address } = desired;
  const missing = [...new Set(findDanglingReferences(desired, state).map((reference) => reference.address))];
  if (missing.length === 0) return [];
  const are = missing.length === 1 ? 'is' : 'are';
  const message = `${address} refers to ${missing.join(', ')}, which ${are} not in the catalog.`;
  return [{ code: 'REFERENCE_NOT_FOUND', address, message }];
}

/** The published index alone would have these items published again and again. */
export function warnIndexStale(stale: readonly StaleCopy[]): PlanWarning[] {
  if (stale.length === 0) return [];
  const runs = [...new Set(stale.map(({ run }) => run))];
  const items = nameFirst(stale.map(({ address }) => address));
  const [copies, their] = stale.length === 1 ? ['an older copy', 'its'] : ['older copies', 'their'];
  const message =
    `The published index shows ${copies} of ${items}, but the tenant reported ` +
    `${their} pages live in the ${runs.length === 1 ? 'run' : 'runs'} ${nameFirst(runs)}. ` +
    'The index is stale; those pages are not published again.';
  const hint = 'If the shop shows old values, publish the page by name: limio-sync publish --pages <page>';
  return [{ code: 'INDEX_STALE', message, hint }];
}

/** Warns of new pages, and of declared fields that an update cannot reach. */
export function warnCreations(diffs: readonly ResourceDiff[], state: LiveState): PlanWarning[] {
  return [...warnCreateOnly(diffs), ...diffs.flatMap(warnSettings), ...warnNewRoutes(diffs, state)];
}

/** One warning for the whole plan: the app causes such differences all the time, and nothing is done about them. */
function warnCreateOnly(diffs: readonly ResourceDiff[]): PlanWarning[] {
  const differing = diffs.flatMap((one) => {
    const keys = listDiffering(one);
    return keys.length === 0 ? [] : [`${one.desired.address} (${keys.join(', ')})`];
  });
  if (differing.length === 0) return [];
  const objects = countThings(differing.length, 'declared object differs', 'declared objects differ');
  const values = differing.length === 1 ? 'value is' : 'values are';
  const message =
    `${objects} from the tenant in fields that can only be set at creation; ` +
    `the live ${values} kept: ${nameFirst(differing)}.`;
  return [{ code: 'CREATE_ONLY', message }];
}

function listDiffering({ desired, live }: ResourceDiff): string[] {
  const { kind } = desired;
  if (kind === 'promo_code' && live) return listCounters(desired, live);
  if (!live || !isCatalogKind(kind)) return [];
  const held = new Map(Object.entries(live.body));
  return Object.entries(pickCreateOnly(kind, desired.body)).flatMap(([key, declared]) => {
    const value = held.get(key);
    // Where the tenant shows nothing, it may keep the value elsewhere.
    return value === undefined || isSame(narrowTo(value, declared), declared) ? [] : [key];
  });
}

/** Not a change: no known call writes these settings. */
function warnSettings({ desired: { address, kind, body }, live }: ResourceDiff): PlanWarning[] {
  if (!isCatalogKind(kind)) return [];
  const found = findSettingDifferences(kind, body, live?.record ?? {});
  if (found.length === 0) return [];
  const [them, describe] = live
    ? ['differs from the tenant in settings that limio-sync cannot write:', showDifference]
    : ['is new, and limio-sync cannot send', ({ key, declared }: SettingDifference) => `${key} (${show(declared)})`];
  const again = live ? 'Set them in the Page Builder' : 'Once the page exists, set them in the Page Builder';
  return [
    {
      code: 'SET_BY_HAND',
      address,
      message: `${address} ${them} ${found.map(describe).join(', ')}.`,
      hint: `${again}, then publish the page.`,
    },
  ];
}

function showDifference({ key, declared, live }: SettingDifference): string {
  return `${key} (file: ${show(declared)}, tenant: ${live === undefined ? 'not set' : show(live)})`;
}

const LONGEST_VALUE = 80;

function show(value: Json): string {
  const text = canonicalJson(value);
  return text.length > LONGEST_VALUE ? `${Array.from(text).slice(0, LONGEST_VALUE).join('')}...` : text;
}

/** A quantity that was edited in the file must not look as if it had been applied. */
function listCounters({ body, owned }: DesiredResource, live: LiveResource): string[] {
  return KIND_DEFINITIONS.promo_code.fields.rows.flatMap(({ path, owner }) => {
    const declared = getAt(body, path);
    const field = path.join('.');
    const isKept = owner === 'server-after-create' && declared !== undefined && !owned.includes(field);
    return isKept && !jsonEqual(declared, getAt(live.body, path) ?? null) ? [field] : [];
  });
}

/** In any order. */
function isSame(held: Json, declared: Json): boolean {
  return jsonEqual(listParts(held), listParts(declared));
}

function listParts(value: Json): string[] {
  return [value].flat().map(canonicalJson).sort();
}

function warnNewRoutes(diffs: readonly ResourceDiff[], state: LiveState): PlanWarning[] {
  const created = new Set<Address>(
    diffs.flatMap(({ change }) => (change?.action === 'create' ? [change.address] : [])),
  );
  return findNewRoutes(diffs, state)
    .filter(({ address }) => created.has(address))
    .map(({ address, routes }) => ({
      code: 'PUBLISH_NEW_ROUTE',
      address,
      message:
        `${address} is new, and the API cannot publish ${routes.join(', ')} for the first time. ` +
        'Once the page exists, publish it in the Page Builder.',
    }));
}

/**
 * What a rollback of the plan could not undo. Promo codes and journeys that a plan creates can be deleted again (API
 * reference, sections 2 and 6); catalog items are never deleted.
 */
export function warnIrreversible(changes: readonly Change[], publish: PublishPlan): PlanWarning[] {
  const pages = publish.pages.filter(({ tags }) => tags.length > 0).length;
  const created = changes.filter(({ kind, action }) => action === 'create' && isCatalogKind(kind)).length;
  const deletes = changes.filter(({ action }) => action === 'delete').length;
  const messages = [
    ...(created === 0
      ? []
      : [
          `${countThings(created, 'new catalog item')} cannot be undone: a rollback never deletes from the catalog. ` +
            'Delete in the web app what should not stay.',
        ]),
    ...(pages === 0
      ? []
      : [
          `Publishing ${countThings(pages, 'page')} cannot be undone: a rollback publishes the earlier values again, ` +
            'but visitors may have seen the new ones.',
        ]),
    ...(deletes === 0
      ? []
      : [
          `${countThings(deletes, 'deletion')} can only partly be undone: a rollback creates the same content again, ` +
            'without its history in the tenant.',
        ]),
  ];
  return messages.map((message) => ({ code: 'CANNOT_UNDO', message }));
}
