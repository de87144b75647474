import { describe, expect, test } from 'vitest';
import { formatJson } from '../../src/cli/shared/output.js';
import { escapeTerminal } from '../../src/render/escape.js';
import { PAGE_SCRIPT, PAGE_STYLE } from '../../src/render/plan/html-page.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { chooseStyle, PLAIN_STYLE } from '../../src/render/terminal.js';
import { makeHostilePlan } from '../support/hostile-plan.js';
import { HOSTILE_STRINGS } from '../support/hostile-strings.js';
import { type ParsedElement, parseHtml, parseMarkdown } from '../support/parse-rendering.js';

const HARMLESS = makeHostilePlan('harmless text');
const HARMLESS_COMMENT = parseMarkdown(renderPlanMarkdown(HARMLESS, { maxBytes: 10_000_000, marker: 'harmless text' }));
const HARMLESS_PAGE = skeleton(parseHtml(renderPlanHtml(HARMLESS)).elements);
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** Our own lines: what runs in, or leads out of, a value that is too long to be shown whole. */
const ACTIVE_LINE = /^ {8}\+ (script|handler|link|host|iframe|object|embed|base|meta|form) /;
const OUR_MARKS = /\u001B\[(1|2|22|31|32|33|39)m/g;
/** References that GitHub or GitLab would make of text outside code. */
const REFERENCE = /@\w|[#!$%~&]\w|\bGH-\d|\b[0-9a-f]{7,40}\b|\w+:\/\/|www\.|\b[A-Z]{2,}-\d/i;
const MERMAID_LINE =
  /^(flowchart TB|  subgraph (old|new)\["(Before|After)"\]|    direction LR|  end|  old ~~~ new|  classDef \w+ stroke:#[0-9a-f]{6},stroke-width:\dpx(,stroke-dasharray:5 3)?|    class (old|new)\d+ \w+|    (old|new)s\(\["LABEL"\]\)|    (old|new)s --> (old|new)\d+\{\{"\d+: LABEL"\}\}|    (old|new)\d+ (-->|-- "LABEL" -->) (old|new)\d+d\d+\["LABEL"\]|    (old|new)s -\. "everyone else" \.-> (old|new)f\["LABEL"\])$/;
const MERMAID_LABEL = /(?<=")(\d+: )?([\p{L}\p{N}\p{M} ,./_%]|#\d+;)*?[…]?([\p{L}\p{N}\p{M} ,./_%]|#\d+;)*(?=")/gu;

const named = HOSTILE_STRINGS.map((text, i): [string, string] => [`${i}: ${JSON.stringify(text.slice(0, 40))}`, text]);

test('there are at least 200 different hostile strings', () => {
  expect(new Set(HOSTILE_STRINGS).size).toBe(HOSTILE_STRINGS.length);
  expect(HOSTILE_STRINGS.length).toBeGreaterThanOrEqual(200);
});

describe.each(named)('%s', (_, text) => {
  const plan = makeHostilePlan(text);

  test('in a terminal adds no line of its own and no control or invisible character', () => {
    const lines = renderPlanText(HARMLESS, { style: PLAIN_STYLE }).split('\n').length;
    const ofPlan = renderPlanText(plan, { style: PLAIN_STYLE }).split('\n');
    expect(ofPlan.filter((line) => !ACTIVE_LINE.test(line))).toHaveLength(lines);
    const coloured = renderPlanText(plan, { style: chooseStyle(true), width: 80 });
    expect(UNSAFE.exec(coloured.replace(OUR_MARKS, '').replaceAll('\n', ''))).toBeNull();
  });

  test('in a comment adds no element, link, mention, fence or command', () => {
    const markdown = renderPlanMarkdown(plan, { maxBytes: 10_000_000, marker: text });
    const parsed = parseMarkdown(markdown);
    expect(withoutCode(parsed.elements)).toEqual(withoutCode(HARMLESS_COMMENT.elements));
    expect(new Set(parsed.elements.map(({ tag }) => tag))).toEqual(
      new Set(HARMLESS_COMMENT.elements.map(({ tag }) => tag)),
    );
    expect(parsed.comments).toHaveLength(1);
    if (text !== '' && text.length <= 200) expect(parsed.textsOf('code')).toContain(escapeTerminal(text));
    expect(REFERENCE.exec(parsed.prose.replace('[!CAUTION]', ''))).toBeNull();
    expect(UNSAFE.exec(markdown.replaceAll('\n', ''))).toBeNull();
    expect(markdown.split('\n').filter((line) => line.startsWith('/'))).toEqual([]);
    const charts = parsed.textsOf('pre').filter((code) => code.startsWith('flowchart'));
    expect(charts).toHaveLength(1);
    const offences = (charts[0] ?? '')
      .trimEnd()
      .split('\n')
      .filter(
        (line) =>
          !MERMAID_LINE.test(
            line.replace(MERMAID_LABEL, (label) =>
              /^(Before|After|everyone else)$/.test(label) ? label : `${/^\d+: /.exec(label)?.[0] ?? ''}LABEL`,
            ),
          ),
      );
    expect(offences).toEqual([]);
  });

  test('in a comment of few bytes never takes more', () => {
    for (const maxBytes of text.length < 1_000 ? [0, 1, 50, 200, 1_000, 5_000, 65_536] : [200, 65_536]) {
      const markdown = renderPlanMarkdown(plan, { maxBytes, marker: text, title: text });
      expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(maxBytes);
    }
  });

  test('in a web page adds no element and no attribute, and scripts nothing', () => {
    const parsed = parseHtml(renderPlanHtml(plan));
    expect(skeleton(parsed.elements)).toEqual(HARMLESS_PAGE);
    expect(parsed.textsOf('script')).toEqual([PAGE_SCRIPT]);
    expect(parsed.textsOf('style')).toEqual([PAGE_STYLE]);
    expect(parsed.comments).toEqual([]);
    expect(UNSAFE.exec(parsed.prose.replaceAll('\n', ''))).toBeNull();
    const values = parsed.elements
      .flatMap(({ attributes }) => Object.entries(attributes))
      .filter(([name]) => ['href', 'src', 'id'].includes(name));
    expect(values.filter(([, value]) => !/^#?[a-z][a-z0-9_-]*$/.test(value))).toEqual([]);
  });

  test('in the JSON document is itself, and no character of it reaches a terminal raw', () => {
    // The long ones stand in every place of the plan; one change of it is enough to print.
    const value = text.length > 1_000 ? plan.changes[0] : plan;
    const json = formatJson(value);
    expect(UNSAFE.exec(json.replaceAll('\n', ''))).toBeNull();
    expect(JSON.stringify(JSON.parse(json)) === JSON.stringify(value)).toBe(true);
  });
});

function withoutCode(elements: readonly ParsedElement[]): ParsedElement[] {
  return elements.filter(({ tag, attributes }) => tag !== 'code' || Object.keys(attributes).length > 0);
}

/** Tags and the names of their attributes; what marks a difference or breaks a label follows the text. */
function skeleton(elements: readonly ParsedElement[]): string[] {
  return elements
    .filter(({ tag }) => !['del', 'ins', 'text'].includes(tag))
    .map(({ tag, attributes }) => `${tag} ${Object.keys(attributes).join(' ')}`);
}
