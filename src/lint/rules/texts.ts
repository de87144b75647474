import { readHtmlText } from '../../html/html.js';
import { findKnownAttribute, KNOWN_ATTRIBUTES } from '../../kinds/catalog/attributes.js';
import { CATALOG_KINDS, KINDS } from '../../model/address.js';
import { getOwn, isJsonObject, listAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, listTexts } from '../attributes.js';
import { findSecrets } from '../secrets.js';

const EMAIL = new RegExp(
  String.raw`(?<![\p{L}\d._%+/:-])([\p{L}\d._%+'-]{1,64})@` +
    String.raw`([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24})(?![\p{L}\d])`,
  'giu',
);

/** `jane.doe`, `j_doe`: team addresses rarely look like this. */
const FULL_NAME = /^\p{L}[\p{L}'-]*(?:[._]\p{L}[\p{L}'-]*)+$/u;

/** Consumer mail providers. */
const MAIL_PROVIDER =
  /^(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|gmx|web|proton(mail)?|aol|laposte|libero|wanadoo)\.[a-z.]+$/i;

/** Local parts of public addresses. */
const ROLE_MAILBOX = new RegExp(
  '^(?:help(?:desk)?|support|info|hello|contact|contactus|customers?|services?|customerservices?|customercare|care|' +
    'sales|team|subscriptions?|subscribers?|subs|orders?|billing|press|media|privacy|gdpr|noreply|no-reply|' +
    'kundenservice|aboservice|abo|leserservice|kontakt|kundendienst|contacto|soporte|ayuda|abonnements?|' +
    'klantenservice|office|mail|feedback|students?|schools?|groups?|gifts?|enquiries|accounts?|membership|members?|' +
    'editors?|letters|newsletter|clients?|readers?|shop)$',
  'i',
);

/** `logo@2x.png` is an image name. */
const PICTURE = /\.(?:png|jpe?g|gif|svg|webp|avif)$/i;

export const textEmail: SingleLintRule = {
  id: 'text-email',
  severity: 'warning',
  title: 'A text contains a personal e-mail address',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      const personal =
        text.includes('@') && [...text.matchAll(EMAIL)].some(([, name = '', domain = '']) => isPersonal(name, domain));
      return personal
        ? [
            {
              address: resource.address,
              pointer,
              message: 'The text contains an e-mail address that looks personal.',
              hint: 'Use a team address such as support@, or link to a contact page.',
            },
          ]
        : [];
    });
  },
};

function isPersonal(name: string, domain: string): boolean {
  if (PICTURE.test(domain) || name.split(/[._+-]/).some((part) => ROLE_MAILBOX.test(part))) return false;
  return FULL_NAME.test(name) || MAIL_PROVIDER.test(domain);
}

/** UTF-8 read as Windows-1252 (`Â£`, `â‚¬`, `Ã©`, `â€™`), and the replacement character. */
const GARBLED = /Â[£€¥©®°§ -¿]|â‚¬|Ã[\u0080-\u00BF©¨¤¶¼±§«»]|â€[™œ\u009D\u0099“”˜¢¦]|\uFFFD/;

export const textMojibake: SingleLintRule = {
  id: 'text-mojibake',
  severity: 'warning',
  title: 'A text contains garbled characters',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      const found = GARBLED.exec(text)?.[0];
      return found === undefined
        ? []
        : [
            {
              address: resource.address,
              pointer,
              message: `The text contains the garbled characters "${found}".`,
              hint: 'Retype the text, and save the file as UTF-8.',
            },
          ];
    });
  },
};

const PLACEHOLDER = new RegExp(
  String.raw`\b[Ll]orem ipsum\b|\bTODO ?[:(]|^(?:TODO|XXX)$|\b(?:FIXME|TBC|TBD)\b|\[object Object\]` +
    String.raw`|^(?:undefined|null|NaN|test|asdf\w*)$|[£$€] ?(?:XX|00\.00|NaN)\b` +
    String.raw`|\b(?:INSERT|ADD) (?:TEXT|PRICE|COPY|NAME) HERE\b` +
    // Variables of other template languages, which nothing replaces.
    String.raw`|\{\{[^{}\n]{0,60}\}\}|%\{\w+\}|##[A-Z][A-Z0-9_. ]*##|\$(?:vars|env)\.\w+`,
);

const TO_FILL_IN = 'name|title|text|price|amount|currency|offer|product|campaign|brand|date|label|placeholder|your';

/** A whole text in brackets: `[Name]`, `{offer name}`, `<your text>`. A name with a suffix, `Legacy [UK]`, is none. */
const BRACKETED = new RegExp(
  String.raw`^(?:<(?=[^<>]*\b(?:${TO_FILL_IN})\b)[\w -]+>|` +
    String.raw`\[(?=[^\]]*\b(?:${TO_FILL_IN})\b)[\w -]+\]|\{(?=[^}]*\b(?:${TO_FILL_IN})\b)[\w -]+\})$`,
  'i',
);

/** In the midst of a text: in capitals, and between angles at least two words, since `<TITLE>` is HTML. */
const CAPITALS = new RegExp(
  String.raw`(?<![$%{\w])(?:\[(?:[A-Z]+[ _-])*(?:${TO_FILL_IN.toUpperCase()})(?:[ _-][A-Z]+)*\]` +
    String.raw`|\{(?:[A-Z]+[ _-])*(?:${TO_FILL_IN.toUpperCase()})(?:[ _-][A-Z]+)*\}(?!\})|<[A-Z]+(?:[ _-][A-Z]+)+>)`,
);

/** `raw` is HTML, where `<OFFER NAME>` looks like a tag. */
function findPlaceholder(raw: string): string | undefined {
  const text = readHtmlText(raw).trim();
  return PLACEHOLDER.exec(text)?.[0] ?? (BRACKETED.exec(raw.trim()) ?? CAPITALS.exec(raw))?.[0];
}

/** Not "TODO" alone, which is a Spanish word. */
export const textPlaceholder: SingleLintRule = {
  id: 'text-placeholder',
  severity: 'warning',
  title: 'A customer-facing text contains a placeholder',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    const { address, name } = resource;
    const unnamed = name.split('/').find((part) => BRACKETED.test(part));
    return [
      ...(unnamed === undefined
        ? []
        : [{ address, pointer: '/path', message: `The path contains the placeholder "${unnamed}".` }]),
      ...listTexts(resource, context)
        .filter(({ key }) => findKnownAttribute(key)?.group === 'text')
        .flatMap(({ text, pointer }): LintFinding[] => {
          const found = findPlaceholder(text);
          if (found === undefined) return [];
          const message = `The text contains the placeholder "${found}".`;
          return [{ address, pointer, offset: Math.max(text.indexOf(found), 0), message }];
        }),
    ];
  },
};

const SECRET_HINT =
  'Revoke it where it was issued. If the tenant needs it, mark a variable with secret("NAME") in limio.config.';

/** The message must not repeat the secret. */
export const textSecret: SingleLintRule = {
  id: 'text-secret',
  severity: 'error',
  title: 'A text contains a key, token or password',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text }) => text.length > 12 && findSecrets(text).length > 0)
      .map(({ pointer }) => ({
        address: resource.address,
        pointer,
        message: 'The text contains what looks like a key, token or password.',
        hint: SECRET_HINT,
      }));
  },
};

/** Display texts only: in labels and other values a space may be significant. */
export const textWhitespace: SingleLintRule = {
  id: 'text-whitespace',
  severity: 'info',
  title: 'A text has leading or trailing spaces',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ key, text }) => /^[ \t\u00A0]|[ \t\u00A0]$/.test(text) && findKnownAttribute(key)?.group === 'text')
      .map(({ text, pointer }) => ({
        address: resource.address,
        pointer,
        message: 'The text has leading or trailing spaces.',
        hint: 'Run limio-sync lint --fix to remove them.',
        fix: { pointer, from: text, to: text.replaceAll(/^[ \t\u00A0]+|[ \t\u00A0]+$/g, '') },
      }));
  },
};

const SET_ATTRIBUTES = KNOWN_ATTRIBUTES.filter(({ list }) => list === 'set').map(({ key }) => key);

export const listDuplicate: SingleLintRule = {
  id: 'list-duplicate',
  severity: 'info',
  title: 'A list contains the same value twice',
  kinds: CATALOG_KINDS,
  check(resource): LintFinding[] {
    const declared = getOwn(resource.body, 'attributes');
    if (!isJsonObject(declared)) return [];
    return SET_ATTRIBUTES.flatMap((key) => {
      const seen = new Map<string, number>();
      return listAt(declared, key).flatMap((item, i): LintFinding[] => {
        if (typeof item !== 'string') return [];
        const first = seen.get(item);
        if (first === undefined) seen.set(item, i);
        if (first === undefined) return [];
        const pointer = attributePointer(key, i);
        return [
          {
            address: resource.address,
            pointer,
            message: `The list contains "${item}" twice.`,
            hint: 'Run limio-sync lint --fix to remove the second one.',
            related: [
              { address: resource.address, pointer: attributePointer(key, first), message: 'First occurrence.' },
            ],
            fix: { pointer, remove: true },
          },
        ];
      });
    });
  },
};

const LANGUAGES = new Set(
  (
    'ar bg ca cs cy da de el en es et eu fi fr ga gl he hi hr hu id is it ja ko lt lv mt nb nl nn no pl pt ro ru ' +
    'sk sl sr sv th tr uk vi zh'
  ).split(' '),
);

const LANGUAGE_SUFFIX = /^(.+?)(?:[_\-. ]|\s?\(|\[)([a-z]{2}(?:[-_][a-z]{2})?)[)\]]?$/i;

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
      const [, base = '', language = ''] = LANGUAGE_SUFFIX.exec(key.replace(/__limio$/, '')) ?? [];
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
