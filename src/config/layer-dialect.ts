import type { EnvironmentConfig } from './config-schema.js';

type Settings = NonNullable<EnvironmentConfig['dialect']>;

/** Learned settings under those of limio.config: what a person wrote wins, setting by setting and template by template. */
export function layerDialect(learned: Settings, own: Settings = {}): Settings {
  return {
    ...over(learned, own),
    ...layerGroup('bulkUpdate', learned, own),
    ...layerGroup('promo', learned, own),
    ...layerGroup('publish', learned, own),
    ...layerCodec(learned.journeyCodec, own.journeyCodec),
  };
}

function layerGroup<K extends 'bulkUpdate' | 'promo' | 'publish'>(
  key: K,
  learned: Settings,
  own: Settings,
): Pick<Settings, K> | object {
  return learned[key] === undefined && own[key] === undefined
    ? {}
    : { [key]: over(learned[key] ?? {}, own[key] ?? {}) };
}

function layerCodec(
  learned: Settings['journeyCodec'],
  own: Settings['journeyCodec'],
): Pick<Settings, 'journeyCodec'> | object {
  if (typeof own !== 'object' || typeof learned !== 'object') return {};
  return {
    journeyCodec: {
      conditions: { ...learned.conditions, ...own.conditions },
      actions: { ...learned.actions, ...own.actions },
    },
  };
}

/** `key: undefined` in a TypeScript file means that nothing is said. */
function over<T extends object>(below: T, above: T): T {
  return { ...below, ...Object.fromEntries(Object.entries(above).filter(([, value]) => value !== undefined)) };
}
