import type { Dialect } from '../../model/dialect.js';
import { isJsonObject, type Json, type JsonObject, objectAt } from '../../model/json.js';

export type Wrapper = Dialect['bulkUpdate']['wrapper'];

/** Texts without any effect on prices or pages, the least visible first. */
const PREFERRED = [
  'meta_description__limio',
  'description__limio',
  'checkout_description__limio',
  'display_description__limio',
  'discount_note__limio',
  'badge_text__limio',
  'cta_text__limio',
];

export const TEMPORARY_ATTRIBUTE = 'limio_sync_probe';

export function dataOf(record: JsonObject): JsonObject {
  return objectAt(record, 'data');
}

export function attributesOf(record: JsonObject): JsonObject {
  return objectAt(dataOf(record), 'attributes');
}

/**
 * A text attribute for the trial. Its name must be unique in the item, so that a stray copy is recognised.
 * No URLs or labels, which may have an effect while the trial runs.
 */
export function chooseTextAttribute(record: JsonObject): string | undefined {
  const attributes = attributesOf(record);
  const isFree = (key: string): boolean => !Object.hasOwn(record, key) && !Object.hasOwn(dataOf(record), key);
  const fits = ([key, value]: [string, Json]): boolean =>
    typeof value === 'string' &&
    value !== '' &&
    !/^(https?:|\/)/.test(value) &&
    isFree(key) &&
    !/price|label|type|channel|zuora|code/i.test(key);
  const keys = Object.entries(attributes)
    .filter(fits)
    .map(([key]) => key);
  return PREFERRED.find((key) => keys.includes(key)) ?? keys.find((key) => !key.startsWith('display_name')) ?? keys[0];
}

/** An attribute that is an object with a text and at least one other key, and the key of the text. */
export function chooseObjectAttribute(record: JsonObject): { attribute: string; key: string } | undefined {
  for (const [attribute, value] of Object.entries(attributesOf(record))) {
    if (!isJsonObject(value) || Object.keys(value).length < 2) continue;
    const text = Object.entries(value).find(([, inner]) => typeof inner === 'string');
    if (text) return { attribute, key: text[0] };
  }
  return undefined;
}

/** The `diff` of a bulk-update in one of the wrappers (API reference, section 4). */
export function wrapDiff(wrapper: Wrapper, diff: JsonObject): JsonObject {
  if (wrapper === 'bare') return diff;
  return wrapper === 'attributes' ? { attributes: diff } : { data: { attributes: diff } };
}
