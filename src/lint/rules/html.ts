import { type HtmlToken, listHtmlTokens } from '../../html/html.js';
import { CATALOG_KINDS, KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

const ACTIVE_TAGS = new Set(['script', 'iframe', 'object', 'embed', 'applet', 'base', 'meta']);

/** Attributes whose value a browser loads or opens. */
const URL_ATTRIBUTES = new Set(['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster']);

/** Attributes meant for code. */
const CODE_ATTRIBUTES = new Set(['page_inject_code__limio']);

export const htmlScript: SingleLintRule = {
  id: 'html-script',
  severity: 'error',
  title: 'A text contains a script',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text, key }) => text.includes('<') && !CODE_ATTRIBUTES.has(key))
      .flatMap(({ text, pointer }): LintFinding[] => {
        const [found] = listTags(text).flatMap((tag) => {
          const what = describeScript(tag);
          return what === undefined ? [] : [{ what, offset: text.indexOf(tag.source) }];
        });
        return found === undefined
          ? []
          : [
              {
                address: resource.address,
                pointer,
                offset: found.offset,
                message: `The text contains ${found.what}, which runs on every page that shows it.`,
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
  if (ACTIVE_TAGS.has(tag.name)) return `the tag <${tag.name}>`;
  for (const { name, value } of tag.attributes) {
    if (/^on[a-z]+$/.test(name)) return `the event handler ${name}`;
    // Browsers ignore control characters and spaces in a scheme.
    const plain = value.replaceAll(/[\u0000-\u0020]/g, '').toLowerCase();
    if (URL_ATTRIBUTES.has(name) && /^(?:javascript|vbscript|data:text\/html)/.test(plain))
      return `a script URL in ${name}`;
    if (name === 'srcdoc') return 'an inline page in srcdoc';
  }
  return undefined;
}

/** Elements without an end tag, and elements whose end tag is optional in HTML. */
const VOID_TAGS = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

const OPTIONAL_END_TAGS = new Set('p li dt dd tr td th thead tbody tfoot option colgroup'.split(' '));

export const htmlUnclosed: SingleLintRule = {
  id: 'html-unclosed',
  severity: 'warning',
  title: 'An HTML tag is not closed or not opened',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text, key }) => text.includes('<') && !CODE_ATTRIBUTES.has(key))
      .flatMap(({ text, pointer }): LintFinding[] => {
        const fault = findUnclosed(listHtmlTokens(text));
        return fault === undefined ? [] : [{ address: resource.address, pointer, ...fault }];
      });
  },
};

function findUnclosed(tokens: readonly HtmlToken[]): Pick<LintFinding, 'message' | 'offset'> | undefined {
  const open: HtmlToken[] = [];
  for (const token of tokens) {
    const { type, name, selfClosing, broken, start: offset } = token;
    if (broken) {
      return { offset, message: type === 'comment' ? 'An HTML comment has no end.' : `The tag <${name} has no ">".` };
    }
    if (VOID_TAGS.has(name)) continue;
    if (type === 'open' && !selfClosing) open.push(token);
    if (type !== 'close') continue;
    while (open.length > 0 && open.at(-1)?.name !== name && OPTIONAL_END_TAGS.has(open.at(-1)?.name ?? '')) open.pop();
    const last = open.pop();
    if (last?.name === name) continue;
    return last === undefined
      ? { offset, message: `The tag </${name}> closes nothing.` }
      : { offset: last.start, message: `The tag <${last.name}> is not closed before </${name}>.` };
  }
  const left = open.find(({ name }) => !OPTIONAL_END_TAGS.has(name));
  return left && { offset: left.start, message: `The tag <${left.name}> is not closed.` };
}

const LINK =
  /\bhttp:\/\/(?!localhost\b|127\.|\[::1\]|(?:www\.)?(?:w3|schema|purl|ogp)\.(?:org|me)\b)[^\s"'<>)]{1,200}/i;

/** No fix: the rule cannot know whether the host supports https. */
export const linkInsecure: SingleLintRule = {
  id: 'link-insecure',
  severity: 'warning',
  title: 'A link uses http:',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      const found = text.includes('://') ? LINK.exec(text) : null;
      const link = found?.[0];
      return link === undefined
        ? []
        : [
            {
              address: resource.address,
              pointer,
              offset: found?.index,
              message: `The link ${link} is not encrypted.`,
              hint: 'Use https: if the host supports it.',
            },
          ];
    });
  },
};

const HOST = /(?<![a-z0-9.@-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?/gi;

export const urlOtherEnvironment: SingleLintRule = {
  id: 'url-other-environment',
  severity: 'error',
  title: 'A text contains a host of another environment',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    if (context.foreignHosts.size === 0) return [];
    return listTexts(resource, context).flatMap(({ text, pointer }): LintFinding[] => {
      if (!text.includes('.')) return [];
      const host = [...text.matchAll(HOST)]
        .map(([match]) => match.toLowerCase())
        .find((one) => context.foreignHosts.has(one));
      if (host === undefined) return [];
      const owner = context.foreignHosts.get(host);
      const hint = 'Use a variable, such as ${vars.shopDomain}, with a value for each environment in limio.config.';
      return [
        {
          address: resource.address,
          pointer,
          message: `${host} belongs to the environment ${owner}, not to ${context.environment ?? 'this one'}.`,
          hint,
        },
      ];
    });
  },
};
