import { describe, expect, test } from 'vitest';
import { lintText } from './support.js';

const find = (html: string): string[] =>
  lintText(`kind: offer\npath: /offers2/A\nattributes:\n  offer_features__limio: ${JSON.stringify(html)}\n`, {
    only: ['html-script', 'html-unclosed'],
  }).findings.map(({ code, message }) => `${code}: ${message}`);

const runs = (what: string): string =>
  `html-script: The text contains ${what}, which runs on every page that shows it.`;

describe('the HTML rules', () => {
  test.each([
    ['<IFRAME src=x></IFRAME>', 'the tag <iframe>'],
    ['<a href="&#106;ava&Tab;script:x">a</a>', 'a script URL in href'],
    ['<svg><style><img src=x onerror=x></style></svg>', 'the event handler onerror'],
    ['<p title="a > b" onclick=x>a</p>', 'the event handler onclick'],
  ])('find the script in %s', (html, what) => {
    expect(find(html)).toEqual([runs(what)]);
  });

  test.each([
    '<a href=/sale/>Sale</a>',
    '<svg><path d="M0 0"/></svg>',
    '<!-- <script> -->',
    '5 < 6 and 7 > 6',
    '<ul><li>One<li>Two</ul>',
  ])('find nothing in %s', (html) => {
    expect(find(html)).toEqual([]);
  });

  test.each([
    ['<b>Bold', 'The tag <b> is not closed.'],
    ['Bold</b>', 'The tag </b> closes nothing.'],
    ['<b', 'The tag <b has no ">".'],
    ['<!-- Bold', 'An HTML comment has no end.'],
  ])('find that %s is not balanced', (html, message) => {
    expect(find(html)).toEqual([`html-unclosed: ${message}`]);
  });
});
