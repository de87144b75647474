import { type HtmlToken, listHtmlTokens } from '../../html/html.js';
import { CATALOG_KINDS } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listTexts } from '../attributes.js';

/** Elements without an end tag, and elements whose end tag is optional in HTML. */
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const OPTIONAL = new Set('p li dt dd tr td th thead tbody tfoot option colgroup'.split(' '));
const EXPECTED = new Set(['page_inject_code__limio']);

export const htmlUnclosed: SingleLintRule = {
  id: 'html-unclosed',
  severity: 'warning',
  title: 'An HTML tag is not closed or not opened',
  kinds: CATALOG_KINDS,
  check(resource, context): LintFinding[] {
    return listTexts(resource, context)
      .filter(({ text, key }) => text.includes('<') && !EXPECTED.has(key))
      .flatMap(({ text, pointer }): LintFinding[] => {
        const fault = findFault(listHtmlTokens(text));
        return fault === undefined ? [] : [{ address: resource.address, pointer, message: fault }];
      });
  },
};

function findFault(tokens: readonly HtmlToken[]): string | undefined {
  const open: string[] = [];
  for (const { type, name, selfClosing, broken } of tokens) {
    if (broken) return type === 'comment' ? 'An HTML comment has no end.' : `The tag <${name} has no ">".`;
    if (VOID.has(name)) continue;
    if (type === 'open' && !selfClosing) open.push(name);
    if (type !== 'close') continue;
    while (open.length > 0 && open.at(-1) !== name && OPTIONAL.has(open.at(-1) ?? '')) open.pop();
    const last = open.pop();
    if (last === name) continue;
    return last === undefined
      ? `The tag </${name}> closes nothing.`
      : `The tag <${last}> is not closed before </${name}>.`;
  }
  const left = open.find((name) => !OPTIONAL.has(name));
  return left === undefined ? undefined : `The tag <${left}> is not closed.`;
}
