import { CATALOG_KINDS } from '../../model/address.js';
import { getOwn, isJsonObject } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

const LANGUAGES = new Set(
  (
    'ar bg ca cs cy da de el en es et eu fi fr ga gl he hi hr hu id is it ja ko lt lv mt nb nl nn no pl pt ro ru ' +
    'sk sl sr sv th tr uk vi zh'
  ).split(' '),
);
const SUFFIX = /^(.+?)(?:[_\-. ]|\s?\(|\[)([a-z]{2}(?:[-_][a-z]{2})?)[)\]]?$/i;

/** Limio has no translations: teams use attributes that end with the language, `headline_de` and `headline_fr`. */
export const translationMissing: SingleLintRule = {
  id: 'translation-missing',
  severity: 'warning',
  title: 'A text is missing in a language that related texts have',
  kinds: CATALOG_KINDS,
  check(resource): LintFinding[] {
    const declared = getOwn(resource.body, 'attributes');
    if (!isJsonObject(declared)) return [];
    const families = new Map<string, Map<string, string>>();
    for (const [key, value] of Object.entries(declared)) {
      // Ids and rates are not texts: "user_no" is not Norwegian.
      if (typeof value !== 'string' || !/\p{L}/u.test(value)) continue;
      const [, base = '', language = ''] = SUFFIX.exec(key.replace(/__limio$/, '')) ?? [];
      if (!LANGUAGES.has(language.slice(0, 2).toLowerCase())) continue;
      const family = families.get(base) ?? new Map<string, string>();
      families.set(base, family.set(language.toLowerCase().replace('_', '-'), key));
    }
    // An ending such as "id" is a language only if a text has it beside another one.
    const languages = new Set(
      [...families.values()].filter((family) => family.size > 1).flatMap((family) => [...family.keys()]),
    );
    return [...families].flatMap(([base, family]): LintFinding[] => {
      const [[language, key] = []] = [...family].filter(([one]) => languages.has(one));
      const missing = [...languages].filter((one) => !family.has(one));
      if (language === undefined || key === undefined || missing.length === 0) return [];
      const existing = [...family.keys()].join(', ');
      return [
        {
          address: resource.address,
          pointer: attributePointer(key),
          message: `"${base}" exists in ${existing} but not in ${missing.join(', ')}, unlike other texts of the item.`,
        },
      ];
    });
  },
};
