import { CATALOG_KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';
import { type HtmlToken, listHtmlAttributes, tokeniseHtml } from '../html.js';

const ACTIVE = new Set(['script', 'iframe', 'object', 'embed', 'applet', 'base', 'meta']);
/** Attributes that a browser follows. */
const ADDRESSES = new Set(['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster']);
/** Made to hold code. */
const EXPECTED = new Set(['page_inject_code__limio']);

/** Text of the catalog is put into shop pages as it is: a script in it runs at the checkout. */
export const htmlScript: SingleLintRule = {
  id: 'html-script',
  severity: 'error',
  title: 'A text holds a script',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text, key }) => text.includes('<') && !EXPECTED.has(key))
      .flatMap(({ text, pointer }): LintFinding[] => {
        const [what] = tokeniseHtml(text).flatMap((token) => describeScript(token) ?? []);
        return what === undefined
          ? []
          : [
              {
                address: resource.address,
                pointer,
                message: `The text holds ${what}: a page that shows it runs it.`,
                hint: 'Take it out. Code for pages belongs in page_inject_code__limio or in the component.',
              },
            ];
      });
  },
};

function describeScript(token: HtmlToken): string | undefined {
  if (token.type !== 'open' && token.type !== 'broken') return undefined;
  if (ACTIVE.has(token.name)) return `the tag <${token.name}>`;
  for (const { name, value } of token.attributes === '' ? [] : listHtmlAttributes(token)) {
    if (/^on[a-z]+$/.test(name)) return `the handler ${name}`;
    // Browsers pass over control characters and spaces in a scheme.
    const plain = value.replaceAll(/[\u0000-\u0020]/g, '').toLowerCase();
    if (ADDRESSES.has(name) && /^(?:javascript|vbscript|data:text\/html)/.test(plain))
      return `an address that is a script, in ${name}`;
    if (name === 'srcdoc') return 'a page of its own, in srcdoc';
  }
  return undefined;
}
