import type { JourneyCodecTemplates } from '../model/dialect.js';
import type { Json, JsonObject } from '../model/json.js';

/** Numbers in [0, 1). */
export type Random = () => number;

/** The same numbers for the same seed (mulberry32), so that a run can be repeated exactly. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new RangeError('nothing to choose from');
  return choice;
}

const TYPES = [
  'country',
  'city',
  'region',
  'billing_country',
  'query',
  'cookie',
  'segment',
  'offer_label',
  'subscription_status',
  'device',
] as const;

type Type = (typeof TYPES)[number];

/** Types whose values are in capitals in files, so that a tenant may use lower case. */
const UPPER_CASE: readonly Type[] = ['country', 'region', 'billing_country'];

/** Types with a few fixed words, which a tenant may spell differently. */
const WORDS: Partial<Record<Type, readonly string[]>> = {
  subscription_status: ['activeSub', 'noActiveSub'],
  device: ['mobile', 'desktop'],
};

/**
 * A random wire form of conditions and actions: structure, key names, nesting, lists or separated text,
 * spellings and constants. The real form is not public (API reference, section 2), so the code that
 * learns it must cope with any form.
 */
export function randomJourneyCodec(seed: number): JourneyCodecTemplates {
  const random = createRandom(seed);
  const style = pick(random, SPELLINGS);
  const typeKey = pick(random, ['type', 'kind', 'criteria', 't', 'conditionType']);
  const draw = pick(random, DRAWS);
  const wrap = pick(random, WRAPS);
  const extra = drawConstants(random);
  const conditions = TYPES.map((type): [string, Json] => {
    const element = wrap(draw(random, typeKey, style(type), drawValues(random, type), extra));
    return [type, drawWords(random, type, element)];
  });
  return { conditions: Object.fromEntries(conditions), actions: { destination: drawAction(random, style) } };
}

const SPELLINGS: readonly ((type: string) => string)[] = [
  (type) => type,
  (type) => type.toUpperCase(),
  (type) => type.replaceAll('_', '-'),
  (type) => type.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
  (type) => `limio.conditions.${type}`,
];

type Draw = (random: Random, typeKey: string, name: string, values: Json, extra: JsonObject) => JsonObject;

const drawFlat: Draw = (random, typeKey, name, values, extra) => ({
  [typeKey]: name,
  ...extra,
  [pick(random, ['value', 'values', 'in', 'data'])]: values,
});

const DRAWS: readonly Draw[] = [
  drawFlat,
  (random, typeKey, name, values, extra) => ({
    ...extra,
    rule: { [typeKey]: name, params: { [pick(random, ['list', 'v'])]: values } },
  }),
  (_random, _typeKey, name, values, extra) => ({ [name]: values, ...extra }),
  (_random, typeKey, name, values, extra) => ({
    criteria: [{ [typeKey]: name, match: [values], ...extra }],
    enabled: true,
  }),
];

const WRAPS: readonly ((element: JsonObject) => JsonObject)[] = [
  (element) => element,
  (element) => ({ condition: element }),
  (element) => ({ all: [element], negate: false }),
];

function drawConstants(random: Random): JsonObject {
  const all: [string, Json][] = [
    ['operator', pick(random, ['in', 'IN', 'any-of'])],
    ['version', 2],
    ['negated', false],
    ['note', null],
    ['path', '$.user'],
    ['tags', []],
  ];
  return Object.fromEntries(all.filter(() => random() < 0.4));
}

/** A single value for a subscription status; otherwise a list, a list of objects, or a text. */
function drawValues(random: Random, type: Type): Json {
  const value = UPPER_CASE.includes(type) && random() < 0.3 ? '${value:lower}' : '${value}';
  if (type === 'subscription_status') return pick<Json>(random, ['$value', ['$value'], { status: '$value' }]);
  const part = pick<Json>(random, [value, `x:${value}`, { code: value }, { item: { name: value }, kind: 'literal' }]);
  if (typeof part !== 'string') return { $each: part };
  return pick<Json>(random, [{ $each: part }, { $each: part, $join: pick(random, [',', ', ', ';', '|']) }]);
}

function drawWords(random: Random, type: Type, element: Json): Json {
  const words = WORDS[type];
  if (words === undefined || random() < 0.4) return element;
  const spell = pick(random, [
    (word: string) => word.toUpperCase(),
    (word: string) => word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    (word: string) => word.replace(/^./, (letter) => letter.toUpperCase()),
  ]);
  return { $map: Object.fromEntries(words.map((word) => [word, spell(word)])), $in: element };
}

function drawAction(random: Random, style: (type: string) => string): Json {
  const tag = pick<[string, Json]>(random, [
    ['tag', '$destination'],
    ['path', '/tags${tag}'],
    ['to', '$tag'],
    ['target', { ref: '/tags${destination}' }],
  ]);
  const share = pick<[string, Json]>(random, [
    ['split', '$split'],
    ['weight', '$splitText'],
    ['share', { percent: '$split' }],
    ['portion', '${split}%'],
  ]);
  const name: [string, Json] = [pick(random, ['type', 'action', 'kind']), style('destination')];
  const whole = Object.fromEntries([name, tag, share]);
  if (random() < 0.6) return whole;
  return { $any: [Object.fromEntries([name, tag]), whole] };
}
