import { expect, test } from 'vitest';
import { createRedactor } from '../../src/errors/errors.js';

const SECRET = `it's "a" <b>&c~ (d) 50%`;

test.each([
  ['as it is', SECRET],
  ['in a URL', encodeURIComponent(SECRET)],
  ['in a form', new URLSearchParams({ x: SECRET }).toString().slice(2)],
  ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
  ['in HTML', 'it&#39;s &quot;a&quot; &lt;b&gt;&amp;c~ (d) 50%'],
  ['in HTML between tags', `it's &quot;a&quot; &lt;b&gt;&amp;c~ (d) 50%`],
])('a secret is redacted %s', (_, spelling) => {
  expect(createRedactor([SECRET])(`before ${spelling} after ${spelling}`)).toBe('before [redacted] after [redacted]');
});

test('a secret that contains another one is redacted as a whole', () => {
  const [short, long] = ['partner-key', 'partner-key-of-prod'];
  expect(createRedactor([short, long])(`${long} ${short}`)).toBe('[redacted] [redacted]');
});
