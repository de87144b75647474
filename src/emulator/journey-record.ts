import { canonicalJson, type JsonObject } from '../model/json.js';
import { hashText } from './hash.js';
import { bumpVersion, type StoredJourney, type Tenant } from './tenant.js';

/** A journey's record (API reference, section 2), with a new version. No name: the record has none. */
export function buildJourneyRecord(
  tenant: Tenant,
  name: string,
  data: JsonObject,
  previous?: StoredJourney['record'],
): StoredJourney['record'] {
  const now = new Date(tenant.options.now()).toISOString();
  return {
    status: 'active',
    record_type: 'journey',
    id: `journey-${name}`,
    service: 'limio',
    created: now,
    mode: 'production',
    ...previous,
    data,
    updated: now,
    process_hash: hashText(canonicalJson(data)),
    version: bumpVersion(tenant, `journey ${name}`),
  };
}
