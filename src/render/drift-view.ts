import { type DriftReport, type FieldDrift, isDrift, type ObjectDrift } from '../model/drift.js';
import type { FieldChange } from '../model/plan.js';
import { countThings } from './count-things.js';

/** `3 changed in the app, 1 in both`: what the first line of every rendering says. */
export function summariseDrift({ summary, last }: DriftReport): string {
  const { app, both, unknown } = summary;
  if (last === undefined)
    return unknown === 0
      ? 'no difference'
      : `${countThings(unknown, 'object')} differ${unknown === 1 ? 's' : ''}, cause unknown`;
  const parts = [
    ...(app > 0 ? [`${countThings(app, 'object')} changed in the app`] : []),
    ...(both > 0 ? [`${countThings(both, 'object')} in conflict`] : []),
  ];
  return parts.length === 0 ? 'no drift' : parts.join(', ');
}

/** What happened to an object, as people say it. */
export function describeHappening({ happening, cause }: ObjectDrift): string {
  if (happening === 'edited')
    return cause === 'unknown'
      ? 'files and tenant differ'
      : cause === 'git'
        ? 'changed in git, not applied'
        : cause === 'both'
          ? 'changed in the app and in git'
          : 'changed in the app';
  if (happening === 'created') return cause === 'unknown' ? 'in the tenant, and not declared' : 'created in the app';
  if (happening === 'deleted')
    return cause === 'unknown'
      ? 'not in the tenant'
      : cause === 'both'
        ? 'deleted in the app, changed in git'
        : 'deleted in the app';
  if (happening === 'declared') return 'declared in git, not applied';
  return cause === 'both' ? 'no longer declared in git, changed in the app' : 'no longer declared in git, not applied';
}

/** The objects that a rendering shows, each with the fields that it shows. */
export function selectDrift({ objects }: DriftReport, all: boolean): ObjectDrift[] {
  return objects
    .filter((object) => all || isDrift(object))
    .map((object) => ({
      ...object,
      fields: object.fields.filter((field) => field.cause !== 'same' && (all || isDrift(field))),
    }));
}

/** A field that one side moved, as a difference: what the app did, or what an apply would do. */
export function toMove({ path, cause, base, files, live, show }: FieldDrift): FieldChange {
  const [before, after] = cause === 'git' ? [live, files] : cause === 'unknown' ? [files, live] : [base, live];
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), show };
}

/** `2026-11-22T12:00:00Z by anna`. */
export function describeTenant({ tenant }: ObjectDrift): string | undefined {
  if (!tenant) return undefined;
  return [tenant.at, tenant.by === undefined ? undefined : `by ${tenant.by}`]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** The three values of a conflict, by name. */
export function listValues({ base, files, live }: FieldDrift): { name: string; value: FieldDrift['base'] }[] {
  return [
    { name: 'last applied', value: base },
    { name: 'git', value: files },
    { name: 'app', value: live },
  ];
}
