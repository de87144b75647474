import { getOwn, isJsonObject, type Json } from '../model/json.js';
import { translateJourneyData } from './journey-form.js';
import { buildJourneyRecord } from './journey-record.js';
import { rejectSeed } from './seed.js';
import type { StoredJourney, Tenant } from './tenant.js';

/**
 * One journey of a seed, `{name, data}` or a full record whose id is `journey-<name>`. Its elements
 * are written in the assumed form and come out in the tenant's.
 * @throws LimioError CONFIG_INVALID naming the file and the reason.
 */
export function parseSeedJourney(raw: Json, tenant: Tenant, file: string, where: string): StoredJourney {
  if (!isJsonObject(raw)) throw rejectSeed(file, `${where} is not an object`);
  const id = getOwn(raw, 'id');
  const name = getOwn(raw, 'name') ?? (typeof id === 'string' ? id.replace(/^journey-/, '') : undefined);
  if (typeof name !== 'string' || name === '') throw rejectSeed(file, `${where} has no name`);
  const data = getOwn(raw, 'data');
  if (!isJsonObject(data)) throw rejectSeed(file, `${where} ("${name}") has no data`);
  if (!Array.isArray(getOwn(data, 'journeys')))
    throw rejectSeed(file, `${where} ("${name}"): data.journeys is not an array`);
  const given = Object.fromEntries(Object.entries(raw).filter(([key]) => key !== 'name'));
  const record = buildJourneyRecord(tenant, name, translateJourneyData(data, tenant.journeyForm));
  return { name, record: { ...record, ...given, data: record.data } };
}
