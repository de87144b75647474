import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const ADDRESS = new RegExp(
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
const PUBLIC = new RegExp(
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
        text.includes('@') &&
        [...text.matchAll(ADDRESS)].some(([, name = '', domain = '']) => isPersonal(name, domain));
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
  if (PICTURE.test(domain) || name.split(/[._+-]/).some((part) => PUBLIC.test(part))) return false;
  return FULL_NAME.test(name) || MAIL_PROVIDER.test(domain);
}
