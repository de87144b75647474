import { DEFAULT_DIALECT, type Dialect } from '../model/dialect.js';

/** A dialect with any field left out, also of the nested objects. */
export type DialectOverrides = {
  [K in keyof Dialect]?: K extends 'bulkUpdate' | 'promo' | 'publish' ? Partial<Dialect[K]> : Dialect[K];
};

/** The defaults with what is given put over them; a field that is undefined counts as left out. */
export function resolveDialect(overrides: DialectOverrides): Dialect {
  return {
    ...DEFAULT_DIALECT,
    ...dropUndefined(overrides),
    bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, ...dropUndefined(overrides.bulkUpdate ?? {}) },
    promo: { ...DEFAULT_DIALECT.promo, ...dropUndefined(overrides.promo ?? {}) },
    publish: { ...DEFAULT_DIALECT.publish, ...dropUndefined(overrides.publish ?? {}) },
  };
}

function dropUndefined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}
