import { getOwn, listAt, objectAt } from '../../model/json.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';
import { COUNTRY_CODES, suggestCountry } from '../iso-countries.js';
import type { DocumentPath } from '../parsed-file.js';
import { listConditions } from './list-journey-parts.js';

/** `allowed_countries__limio` of a catalog item, and the country conditions of a journey. */
export function checkCountries(document: CheckedDocument): Finding[] {
  const allowed = listAt(objectAt(document.value, 'attributes'), 'allowed_countries__limio');
  const conditions = listConditions(document.value).filter(({ element }) => {
    const type = getOwn(element, 'type');
    return type === 'country' || type === 'billing_country';
  });
  return [
    ...allowed.flatMap((code, i) => checkCountry(code, ['attributes', 'allowed_countries__limio', i])),
    ...conditions.flatMap(({ element, path }) =>
      listAt(element, 'values').flatMap((code, i) => checkCountry(code, [...path, 'values', i])),
    ),
  ];
}

/** An ISO 3166-1 code, or a finding. */
export function checkCountry(code: unknown, path: DocumentPath): Finding[] {
  if (typeof code !== 'string' || COUNTRY_CODES.has(code)) return [];
  const meant = suggestCountry(code);
  const hint = meant === undefined ? 'Write the two letters of ISO 3166-1, for example GB.' : `Did you mean ${meant}?`;
  return [{ code: 'COUNTRY_UNKNOWN', path, message: `There is no country "${code}" in ISO 3166-1.`, hint }];
}
