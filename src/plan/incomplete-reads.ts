import { toCatalogResource } from '../kinds/catalog/catalog.js';
import { describeRefusal, isRefusal } from '../kinds/odd-answers.js';
import type { Listing, LiveReader } from '../model/live-api.js';
import type { LiveResource } from '../model/model.js';

/** Concurrent reads of single objects. */
export const READS_AT_ONCE = 8;

/** Why the tenant refused a read, for a warning: a refusal must not prevent the plan. @throws any other error. */
export function explainRefusal(error: unknown): string {
  if (isRefusal(error)) return describeRefusal(error);
  throw error;
}

/** A reader that reads each list of items once: the stages of a plan need the same ones. */
export function rememberLists(reader: LiveReader): LiveReader {
  const lists = new Map<string, ReturnType<LiveReader['listItems']>>();
  return {
    ...reader,
    listItems(type, source) {
      const key = `${type} ${source}`;
      const list = lists.get(key) ?? reader.listItems(type, source);
      lists.set(key, list);
      return list;
    },
  };
}

type ListedKind = 'add_on' | 'campaign' | 'offer' | 'page' | 'product';

interface ResourceList {
  items: LiveResource[];
  complete: boolean;
  note?: string;
}

/** A list as resources; one that the tenant refuses is empty and incomplete. */
export async function readList(
  reader: LiveReader,
  kind: ListedKind,
  source: 'catalog' | 'published',
): Promise<ResourceList> {
  try {
    const { items, ...rest } = await reader.listItems(kind, source);
    return { ...rest, items: items.map((item) => toCatalogResource(kind, item, false)) };
  } catch (error) {
    return { items: [], complete: false, note: explainRefusal(error) };
  }
}

/** One clause for a list that was not read to its end. Such a list does not prove that something is missing. */
export function describeIncomplete(what: string, { note }: Pick<Listing<unknown>, 'note'>): string {
  return `the list of ${what} is incomplete (${note ?? 'no reason given'})`;
}
