import { describe, expect, test } from 'vitest';
import { listHtmlTokens, listMarkup, readHtmlText, summariseHtml } from '../../src/html/html.js';

describe('the tokens of a text', () => {
  test('are its texts, tags and comments, with character references decoded', () => {
    const tokens = listHtmlTokens('<P Class="a&amp;b">5 &lt; 6<br/><!-- x --></p>');
    expect(tokens.map(({ type, name, text, source }) => ({ type, name, text, source }))).toEqual([
      { type: 'open', name: 'p', text: '', source: '<P Class="a&amp;b">' },
      { type: 'text', name: '', text: '5 < 6', source: '5 &lt; 6' },
      { type: 'open', name: 'br', text: '', source: '<br/>' },
      { type: 'comment', name: '', text: '', source: '<!-- x -->' },
      { type: 'close', name: 'p', text: '', source: '</p>' },
    ]);
    expect(tokens[0]?.attributes).toEqual([{ name: 'class', value: 'a&b' }]);
    expect(tokens.map(({ selfClosing }) => selfClosing)).toEqual([false, false, true, false, false]);
  });

  test.each([
    ['<img src=x onerror=go()', 'onerror'],
    ['<a href="javascript:go()', 'href'],
    ['text <a title=\'a "b', 'title'],
  ])('include a tag without an end: %s', (html, attribute) => {
    const last = listHtmlTokens(html).at(-1);
    expect(last).toMatchObject({ type: 'open', broken: true, source: html.slice(html.indexOf('<')) });
    expect(last?.attributes.at(-1)?.name).toBe(attribute);
  });

  test('include a comment without an end', () => {
    expect(listHtmlTokens('a<!-- b')).toMatchObject([
      { text: 'a', broken: false },
      { type: 'comment', broken: true },
    ]);
  });

  test('of a script are no tags', () => {
    expect(listHtmlTokens('<script>if (a<b) "</p>"</script>').map(({ type }) => type)).toEqual([
      'open',
      'text',
      'close',
    ]);
  });

  test.each(['<', '</', 'a < b', 'I <3 it', 'a & b', ''])('of %j, which is no HTML, are one text', (text) => {
    expect(
      listHtmlTokens(text)
        .map((token) => token.text)
        .join(''),
    ).toBe(text);
  });
});

test.each([
  ['<p>From <s>£15</s> £12.99</p><p>a month</p>', '\nFrom  £12.99\n\na month\n'],
  ['£12<sup>99</sup>/mo', '£12.99/mo'],
  ['£12.99<sup>1</sup> a month', '£12.99 a month'],
  ['£12<sup>TM</sup>', '£12TM'],
  ['<span style="text-decoration: line-through">£15</span>£12', '£12'],
  ['<del>a<del>b</del>c</del>d', 'd'],
  ['5 < 6', '5 < 6'],
  ['&pound;12&#46;99', '£12.99'],
  ['<b>gift&nbsp;card</b>&nbsp£12', 'gift card £12'],
])('a customer reads %s as %j', (html, text) => {
  expect(readHtmlText(html)).toBe(text);
});

test.each([
  ['<ul><li>Web &amp; app</li><li>Archive</li></ul>', '• Web & app / • Archive'],
  ['<p>One</p>\n<p>two<br>three</p>', 'One / two / three'],
  ['<a href="/x">link</a>', 'link'],
])('%s on one line is %j', (html, line) => {
  expect(summariseHtml(html)).toBe(line);
});

test('what one line does not show is listed', () => {
  expect(listMarkup('<p><b>a</b> <a href="/x">b</a><!--c--><p id=d>')).toEqual([
    '<a href="/x">',
    '</a>',
    '<!--c-->',
    '<p id=d>',
  ]);
});
