import type { Json, JsonObject } from '../../model/json.js';
import type { Learned } from './canary-finding.js';

/** `bulkUpdate.wrapper` and its value as the `dialect` of a configuration. */
export function nestSettings(learned: readonly Pick<Learned, 'setting' | 'value'>[]): JsonObject {
  const groups = new Map<string, [string, Json][]>();
  const top: [string, Json][] = [];
  for (const { setting, value } of learned) {
    const [group = '', key] = setting.split('.');
    if (key === undefined) top.push([group, value]);
    else groups.set(group, [...(groups.get(group) ?? []), [key, value]]);
  }
  return Object.fromEntries([
    ...top,
    ...[...groups].map(([group, entries]): [string, Json] => [group, Object.fromEntries(entries)]),
  ]);
}
