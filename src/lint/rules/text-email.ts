import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const ADDRESS =
  /(?<![\p{L}\d._%+/:-])([\p{L}\d._%+'-]{1,64})@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24})(?![\p{L}\d])/giu;
/** `jane.doe`, `j_doe`: names of teams have other forms in most companies. */
const FULL_NAME = /^\p{L}[\p{L}'-]*(?:[._]\p{L}[\p{L}'-]*)+$/u;
/** Where people have mailboxes, and companies have none. */
const PEOPLE =
  /^(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|gmx|web|proton|protonmail|aol|laposte|libero|wanadoo)\.[a-z.]+$/i;
/** Parts of addresses that are made to be seen. */
const PUBLIC =
  /^(?:help(?:desk)?|support|info|hello|contact|contactus|customers?|services?|customerservices?|customercare|care|sales|team|subscriptions?|subscribers?|subs|orders?|billing|press|media|privacy|gdpr|noreply|no-reply|kundenservice|aboservice|abo|leserservice|kontakt|kundendienst|contacto|soporte|ayuda|abonnements?|klantenservice|office|mail|feedback|students?|schools?|groups?|gifts?|enquiries|accounts?|membership|members?|editors?|letters|newsletter|clients?|reader|readers|shop)$/i;
/** `logo@2x.png` is a picture. */
const PICTURE = /\.(?:png|jpe?g|gif|svg|webp|avif)$/i;

/** A person's address in a text is published with the page, and then collected. */
export const textEmail: SingleLintRule = {
  id: 'text-email',
  severity: 'warning',
  title: 'A text holds the e-mail address of a person',
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
              message: "The text holds an e-mail address that looks like a person's.",
              hint: 'Use the address of a team, such as support@, or a page for enquiries.',
            },
          ]
        : [];
    });
  },
};

function isPersonal(name: string, domain: string): boolean {
  if (PICTURE.test(domain) || name.split(/[._+-]/).some((part) => PUBLIC.test(part))) return false;
  return FULL_NAME.test(name) || PEOPLE.test(domain);
}
