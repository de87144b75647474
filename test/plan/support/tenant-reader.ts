import { type Address, parseAddress } from '../../../src/model/address.js';
import type { AppliedObject, AppliedState } from '../../../src/model/drift.js';
import type { Json, JsonObject } from '../../../src/model/json.js';
import type { CatalogItem, LiveReader } from '../../../src/model/live-api.js';
import type { DesiredResource } from '../../../src/model/model.js';
import type { Plan } from '../../../src/model/plan.js';
import type { PlanContext } from '../../../src/plan/plan-context.js';
import { makePlan } from '../../../src/plan/plan.js';
import { makeItem } from '../../support/fake-live-api.js';
import { TEST_CONTEXT } from '../../support/run-scenario.js';

/** What a tenant holds, by path, name or code. */
export interface TenantContent {
  offers?: Record<string, JsonObject>;
  addOns?: Record<string, JsonObject>;
  /** `data` of each page. */
  pages?: Record<string, JsonObject>;
  /** Paths of the pages that are published; all when absent. */
  publishedPages?: string[];
  /** Attributes of published copies that differ from the working copies; null for an item that was never published. */
  published?: Record<string, JsonObject | null>;
  journeys?: Record<string, JsonObject>;
  promoCodes?: Record<string, JsonObject>;
  /** Attributes of each segment. */
  segments?: Record<string, JsonObject>;
}

export interface TenantReader extends LiveReader {
  /** Every read, as `method argument`. */
  reads: string[];
}

/** A tenant in memory, for reading. `refuse` makes one kind of read throw. */
export function createTenantReader(tenant: TenantContent, refuse?: (read: string) => void): TenantReader {
  const reads: string[] = [];
  const note = (read: string): void => {
    reads.push(read);
    refuse?.(read);
  };
  const items = new Map<string, CatalogItem>(
    [tenant.offers, tenant.addOns, tenant.segments]
      .flatMap((some) => Object.entries(some ?? {}))
      .map(([path, attributes]) => [path, makeItem(path, attributes)]),
  );
  const pages = Object.entries(tenant.pages ?? {}).map(([path, data]) => ({ ...makeItem(path, {}), data }));
  const listed = {
    offer: [...items.values()].filter(({ path }) => path.startsWith('/offers')),
    add_on: [...items.values()].filter(({ path }) => path.startsWith('/add_ons')),
    page: pages,
    segment: [...items.values()].filter(({ path }) => path.startsWith('/segments')),
  };
  const journeys = Object.entries(tenant.journeys ?? {}).map(([name, data]) => ({ name, data, record: {} }));
  const codes = new Map(
    Object.entries(tenant.promoCodes ?? {}).map(([name, data]) => [
      `promo_code_v2-${name}`,
      { id: `promo_code_v2-${name}`, name, data: { promoCode: name, ...data }, record: {} },
    ]),
  );
  return {
    reads,
    async listItems(type, source) {
      note(`listItems ${type} ${source}`);
      const all: CatalogItem[] = type in listed ? listed[type as keyof typeof listed] : [];
      const isPublished = ({ path }: CatalogItem): boolean =>
        type !== 'page' || (tenant.publishedPages?.includes(path) ?? true);
      const published = all.filter(isPublished).flatMap((item) => {
        const copy = tenant.published?.[item.path];
        return copy === null ? [] : copy === undefined ? [item] : [makeItem(item.path, copy)];
      });
      return { items: source === 'catalog' ? all : published, complete: true };
    },
    async readItem(path) {
      note(`readItem ${path}`);
      return items.get(path) ?? pages.find((page) => page.path === path);
    },
    async listJourneys() {
      note('listJourneys');
      return { items: journeys, complete: true, shape: 'array' };
    },
    async readJourney(name) {
      note(`readJourney ${name}`);
      return journeys.find((journey) => journey.name === name);
    },
    async listPromoCodes() {
      note('listPromoCodes');
      return { items: [...codes.values()].map(({ id, name }) => ({ id, name })), complete: true };
    },
    async readPromoCode(id) {
      note(`readPromoCode ${id}`);
      return codes.get(id);
    },
  };
}

/** Declares bodies by address; catalog items by their attributes. */
export function declare(bodies: Record<string, JsonObject>, owned: string[] = []): DesiredResource[] {
  return Object.entries(bodies).map(([address, body], i) => {
    const { kind, name } = parseAddress(address);
    const isItem = kind !== 'journey' && kind !== 'promo_code';
    return {
      address: address as Address,
      kind,
      name,
      body: isItem ? { attributes: body } : body,
      owned,
      source: { file: 'x.yaml', line: i + 1, col: 1 },
    };
  });
}

/** The plan of a tenant and of bodies by address. */
export function planTenant(
  tenant: TenantContent,
  bodies: Record<string, JsonObject> | DesiredResource[],
  context: Partial<PlanContext> = {},
): Promise<Plan> {
  return makePlan(createTenantReader(tenant), Array.isArray(bodies) ? bodies : declare(bodies), {
    ...TEST_CONTEXT,
    ...context,
  });
}

/** The snapshot of an apply that left these entries. */
export function makeSnapshot(objects: Record<string, AppliedObject>): AppliedState {
  return {
    kind: 'limio-sync/state',
    formatVersion: 1,
    environment: 'test',
    host: 'tenant.example',
    last: {
      command: 'apply',
      at: '2026-11-22T12:00:00.000Z',
      toolVersion: '0.0.0',
      fingerprint: '',
      filesHash: '',
      complete: true,
      verified: true,
    },
    objects,
  };
}

/** A charge of `price__limio`. */
export function charge(value: Json, rest: JsonObject = {}): JsonObject {
  return {
    name: 'charge_1',
    label: 'Charge 1',
    value,
    currencyCode: 'GBP',
    type: 'recurring',
    trigger: 'order_date',
    repeat_interval: 1,
    repeat_interval_type: 'months',
    ...rest,
  };
}
