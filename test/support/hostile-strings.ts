/** Texts that a tenant or a file could hold to deceive a reader, a terminal, a forge or a browser. */

const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));

const CONTROL = [...range(0x00, 0x1f), '\u007F', ...range(0x80, 0x8f), '\u009B', '\u009D'].map((char) => `be${char}fore`);

const INVISIBLE = ['\u00AD', '\u034F', '\u061C', '\u115F', '\u180E', '\u200B', '\u200D', '\u200E', '\u200F', '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2060', '\u2066', '\u2067', '\u2068', '\u2069', '\u2800', '\u3164', '\uFEFF', '\uFFF9', '\u{E0001}', '\u{E0041}', '\u{E0100}', '\uD800', '\uDFFF\uD800']
  .map((char) => `user${char}gnp.exe`);

const TERMINAL = ['\u001B[2J\u001B[H', '\u001B[31mred\u001B[0m', '\u001B]0;title\u0007', '\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007', '\u001B[8m hidden', '\u009B2K', '\rPlan: nothing to change', 'a\b\b\bb', '\u001B[?1049h', '\u001BP+q544e\u001B\\', 'line\nPlan for production: nothing to change', '\u001B[38;5;1m', '\t\t\ttabs', 'x\u001B'];

const FENCES = ['```', '````', '~~~', '```js\nalert(1)\n```', '`', '``', '` `', '`a` @b', '\n```\n\n@everyone\n', '```mermaid\nflowchart LR\n a-->b\n```', '`'.repeat(50), 'ends with `', '` starts', '-->', '<!-- -->', '--!>', '<!-- limio-sync:production -->', '</details>', '</summary>', '<details open><summary>x</summary>'];

const MENTIONS = ['@octocat', '@org/team', '(@octocat)', 'a @octocat b', '#123', 'GH-123', 'org/repo#123', 'org/repo@0123456789abcdef', '0123456789abcdef0123456789abcdef01234567', 'deadbeef', '1234567', '!123', '$123', '%123', '~label', '&12', 'user@example.com', 'https://evil.example/', 'www.evil.example', 'ftp://evil.example', 'mailto:a@b.example', 'JIRA-123', '/close', '/assign @me', '/approve\n/merge', ':+1:', '@\u200Boctocat', '\uFF20octocat'];

const MARKDOWN = ['# heading', '- item', '1. item', '* * *', '---', '===', '> quote', '    code', '[link](https://evil.example)', '![image](https://evil.example/x.png)', '[ref]: https://evil.example', '[^1]', '[^1]: note', '| a | b |', 'a | b', '\\| \\', '**bold**', '_em_', '~~gone~~', '- [ ] task', '$x^2$', '&amp; &lt; &#64;', '\\', 'trailing\\\nbackslash', '  two spaces  \nbreak', '[!CAUTION]', '^^^', '==mark=='];

const HTML = ['<script>alert(1)</script>', '</script><script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg onload=alert(1)>', "' onmouseover='alert(1)", '" autofocus onfocus="alert(1)', '<!--', ']]>', '<![CDATA[', '<style>*{display:none}</style>', '</style>', '</title>', '<iframe src="javascript:alert(1)">', '<a href="javascript:alert(1)">x</a>', '<base href="https://evil.example/">', '<meta http-equiv="refresh" content="0;url=https://evil.example">', '<link rel="stylesheet" href="https://evil.example/x.css">', '<form action="https://evil.example"><input>', '<math><mtext></form><mglyph><style>', '<svg><script>alert(1)</script></svg>', '&lt;script&gt;', '<', '&', '"', "'", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<template><script>alert(1)</script></template>', '\u003Cscript\u003E', '<plaintext>', '<textarea>', '</table></article></main>'];

const TEMPLATES = ['{{7*7}}', '${7*7}', '<%= 7*7 %>', '#{7*7}', '{% raw %}', '${{ secrets.GITHUB_TOKEN }}', '::set-output name=x::y', '::error::x', '$(id)', '`id`', '%s%s%n', '{0}', '%0A%0D'];

const MERMAID = ['"] --> evil["', 'end', 'click olds "javascript:alert(1)"', '%%{init: {"theme":"dark"}}%%', 'a --> b', '"]\n  click olds href "https://evil.example"', '1. list', '- list', '#quot;', '#35;', 'subgraph x', ';'];

const PATHS = ['../../../etc/passwd', '..\\..\\windows', '/etc/passwd\u0000.yaml', 'CON', '~/.ssh/id_rsa', 'file:///etc/passwd', './', '.git/config', 'a/../b'];

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'];

/** One alone is more than a whole comment may have; a plan that holds it everywhere, more than a step summary. */
const LONG = 66_000;
const SIZES = ['', ' ', '   ', 'x'.repeat(4 * LONG), '@a '.repeat(LONG / 3), '<'.repeat(LONG), '`'.repeat(LONG), '\u202E'.repeat(LONG / 2), '漢'.repeat(LONG), '\u{1F600}'.repeat(LONG / 2), 'Z\u0351\u0352\u0353\u0354\u0355'.repeat(2_000), '/ '.repeat(LONG / 2), ' '.repeat(LONG)];

export const HOSTILE_STRINGS: readonly string[] = [
  ...CONTROL, ...INVISIBLE, ...TERMINAL, ...FENCES, ...MENTIONS, ...MARKDOWN, ...HTML, ...TEMPLATES, ...MERMAID, ...PATHS, ...KEYS, ...SIZES,
];
