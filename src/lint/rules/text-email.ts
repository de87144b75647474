import { KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../facts/list-texts.js';

const ADDRESS = /(?<![\p{L}\d._%+/:-])([a-z0-9._%+-]{1,64})@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/giu;
/** Addresses that are made to be seen. */
const PUBLIC = /^(?:help|helpdesk|support|info|hello|hi|contact|contactus|service|services|customerservices?|customercare|care|sales|team|subscriptions?|subs|orders?|billing|press|privacy|noreply|no-reply|kundenservice|aboservice|kontakt|kundendienst|contacto|soporte|ayuda|abonnements?|klantenservice|office|mail|feedback|students?|schools?|groups?|gifts?|enquiries|accounts?|membership|members?)(?:[.+-]|$)/i;

/** A person's address in a text is published with the page, and then collected. */
export const textEmail: SingleLintRule = {
  id: 'text-email',
  severity: 'warning',
  title: 'A text holds the e-mail address of a person',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      const personal = text.includes('@') && [...text.matchAll(ADDRESS)].some(([, name = '']) => !PUBLIC.test(name));
      return personal ? [{ address: resource.address, pointer, message: 'The text holds an e-mail address that looks like a person\'s.', hint: 'Use the address of a team, such as support@, or a page for enquiries.' }] : [];
    });
  },
};
