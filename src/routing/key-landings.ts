import { canonicalJson, getOwn, isJsonObject, type Json, type JsonObject, listAt } from '../model/json.js';
import type { Journey, Landing } from './journey-model.js';

/** Of the landings of a journey, made from this body: keys that are equal where they lead to the same place. */
export function keyLandings({ branches, fallback }: Journey, body: JsonObject): Map<Landing, string> {
  const elements = listAt(body, 'journeys');
  return new Map([
    [fallback, keyOfLanding(fallback, null)],
    ...branches.map(({ landing, index }) => [landing, keyOfLanding(landing, elements[index] ?? null)] as const),
  ]);
}

/** A raw action leads to the same place as the same raw action. */
function keyOfLanding({ via, shares }: Landing, branch: Json): string {
  if (shares.length === 0) return via;
  if (shares.some(({ tag }) => tag === null))
    return canonicalJson((isJsonObject(branch) && getOwn(branch, 'actions')) || null);
  const percents = new Map<string | null, number>();
  for (const { tag, percent } of shares) percents.set(tag, (percents.get(tag) ?? 0) + percent);
  return [...percents]
    .filter(([, percent]) => percent > 0)
    .map(([tag, percent]) => `${percent.toFixed(6)} ${tag}`)
    .sort()
    .join('\n');
}
