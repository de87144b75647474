import { type HtmlToken, listHtmlTokens } from '../../html/html.js';
import { CATALOG_KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const ACTIVE = new Set(['script', 'iframe', 'object', 'embed', 'applet', 'base', 'meta']);
/** Attributes whose value a browser loads or opens. */
const ADDRESSES = new Set(['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster']);
/** Attributes meant for code. */
const EXPECTED = new Set(['page_inject_code__limio']);

export const htmlScript: SingleLintRule = {
  id: 'html-script',
  severity: 'error',
  title: 'A text contains a script',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text, key }) => text.includes('<') && !EXPECTED.has(key))
      .flatMap(({ text, pointer }): LintFinding[] => {
        const [what] = listTags(text).flatMap((tag) => describeScript(tag) ?? []);
        return what === undefined
          ? []
          : [
              {
                address: resource.address,
                pointer,
                message: `The text contains ${what}, which runs on every page that shows it.`,
                hint: 'Remove it. Code for pages belongs in page_inject_code__limio or in the component.',
              },
            ];
      });
  },
};

/** Includes tags in the raw text of `<style>`: inside an SVG, browsers read it as HTML. */
function listTags(html: string): HtmlToken[] {
  return listHtmlTokens(html)
    .flatMap((token) => (token.type === 'text' && token.source.includes('<') ? listHtmlTokens(token.source) : [token]))
    .filter(({ type }) => type === 'open');
}

function describeScript(tag: HtmlToken): string | undefined {
  if (ACTIVE.has(tag.name)) return `the tag <${tag.name}>`;
  for (const { name, value } of tag.attributes) {
    if (/^on[a-z]+$/.test(name)) return `the event handler ${name}`;
    // Browsers ignore control characters and spaces in a scheme.
    const plain = value.replaceAll(/[\u0000-\u0020]/g, '').toLowerCase();
    if (ADDRESSES.has(name) && /^(?:javascript|vbscript|data:text\/html)/.test(plain)) return `a script URL in ${name}`;
    if (name === 'srcdoc') return 'an inline page in srcdoc';
  }
  return undefined;
}
