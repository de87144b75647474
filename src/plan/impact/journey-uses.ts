import type { JourneyCodec } from '../../kinds/journey/codec.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { formatRoute } from '../page-routes.js';
import { listTexts } from './list-texts.js';

/** What a journey asks for and where it leads. */
export interface JourneyUses {
  labels: Set<string>;
  /** `/landing/`; the fallback among them, the starting point not. */
  routes: Set<string>;
  /** Texts of the conditions on the query string. */
  queries: string[];
}

/** From the wire form of a journey. Elements of unknown form are looked through for any text. */
export function readJourneyUses(body: JsonObject, codec: JourneyCodec): JourneyUses {
  const uses: JourneyUses = { labels: new Set(), routes: new Set(), queries: [] };
  const fallback = getOwn(body, 'fallback_tag');
  if (typeof fallback === 'string') uses.routes.add(formatRoute(fallback));
  for (const branch of listObjects(getOwn(codec.decode(body), 'journeys'))) {
    for (const condition of listObjects(getOwn(branch, 'conditions'))) addCondition(condition, uses);
    for (const action of listObjects(getOwn(branch, 'actions'))) addAction(action, uses);
  }
  return uses;
}

function addCondition(condition: JsonObject, uses: JourneyUses): void {
  const raw = getOwn(condition, 'raw');
  const type = getOwn(condition, 'type');
  const texts = listTexts(raw ?? getOwn(condition, 'values') ?? null);
  if (raw !== undefined || type === 'offer_label') for (const text of texts) uses.labels.add(text);
  if (raw !== undefined || type === 'query') uses.queries.push(...texts);
}

function addAction(action: JsonObject, uses: JourneyUses): void {
  const texts = listTexts(getOwn(action, 'raw') ?? getOwn(action, 'destination') ?? null);
  for (const text of texts) uses.routes.add(formatRoute(text));
}

function listObjects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
