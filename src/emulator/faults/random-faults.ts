import { createRandom, pick, type Random } from '../random.js';
import { type Operation, OPERATION_NAMES, OPERATIONS } from '../route.js';
import type { Fault, FaultRule, FaultSchedule, Refusals, When } from './fault-rules.js';

type MakeFault = (random: Random) => Fault;

const DEFAULT_HANG_MS = 200;

/** Retry-After headers of real servers, including absurd ones. */
const RETRY_AFTERS: readonly Partial<Extract<Fault, { fault: 'status' }>>[] = [
  {},
  { retryAfter: 1 },
  { retryAfter: 2, retryAfterAs: 'date' },
  { retryAfter: -5 },
  { retryAfter: 'soon' },
  { retryAfter: 999_999_999 },
];

const EVERYWHERE: readonly MakeFault[] = [
  (random) => ({ fault: 'drop-connection', when: pickWhen(random) }),
  (random) => ({ fault: 'cut-off', when: pickWhen(random) }),
  (random) => ({ fault: 'status', status: 429, ...pick(random, RETRY_AFTERS) }),
  (random) => ({ fault: 'status', status: 500, when: pickWhen(random) }),
  (random) => ({ fault: 'status', status: 502, when: pickWhen(random), body: pick(random, ['json', 'html']) }),
  (random) => ({ fault: 'status', status: 503, body: pick(random, ['json', 'html', 'empty']) }),
  (random) => ({ fault: 'wrong-body', when: pickWhen(random), body: pick(random, ['html', 'truncated', 'empty']) }),
  () => ({ fault: 'wrong-type' }),
  () => ({ fault: 'slow', ms: 20 }),
];

const ON_TOKENS: MakeFault = () => ({ fault: 'expired-token' });

const ON_LISTS: readonly MakeFault[] = [
  (random) => ({ fault: 'repeated-page', skips: random() < 0.5 }),
  (random) => ({ fault: 'missing-page', how: pick(random, ['empty', 'end']) }),
  () => ({ fault: 'expired-cursor' }),
];

const ON_WRITES: readonly MakeFault[] = [() => ({ fault: 'lost-write' }), () => ({ fault: 'status', status: 409 })];

const REWRITES: MakeFault = (random) => ({
  fault: 'rewritten-value',
  rewrite: pick(random, ['trim', 'upper-case', 'reorder', 'drop-key']),
});

const EDITS: MakeFault = () => ({ fault: 'edit', edit: 'target' });

const SHAPES: readonly Refusals[] = ['path', 'object', 'error', 'message', 'number', 'null', 'mixed', 'not-an-array'];

const BY_OPERATION: Partial<Record<Operation, readonly MakeFault[]>> = {
  'head-item': [EDITS],
  'get-journey': [EDITS],
  'get-promo': [EDITS],
  'bulk-update': [REWRITES, (random) => ({ fault: 'refused-items', shape: pick(random, SHAPES) })],
  'put-journey': [REWRITES],
  'create-promo': [REWRITES],
  'put-promo': [REWRITES],
  build: [() => ({ fault: 'unfinished-build' })],
  publish: [() => ({ fault: 'omitted-route' })],
};

/**
 * A schedule for chaos tests. About two thirds of the operations get one or two faults, some of them
 * limited in number. At most the share `rate` (0 to 1) of the calls of an operation fail. Calls that hang
 * are closed after `hangMs` milliseconds; give the client a shorter timeout to test its timeout.
 */
export function randomFaults(seed: number, rate: number, hangMs = DEFAULT_HANG_MS): FaultSchedule {
  const random = createRandom(seed);
  const hang: MakeFault = (r) => ({ fault: 'no-answer', when: pickWhen(r), ms: hangMs });
  const rules = OPERATION_NAMES.flatMap((operation): FaultRule[] => {
    if (random() < 1 / 3) return [];
    const makers = [...EVERYWHERE, hang, ...listMakers(operation)];
    const share = random();
    const faults = share < 0.5 ? [pick(random, makers)] : [pick(random, makers), pick(random, makers)];
    const odds = faults.length === 1 ? [1] : [share, 1 - share];
    return faults.map((make, place) => ({
      operation,
      probability: round(rate * (odds[place] ?? 0)),
      ...(random() < 0.5 && { times: 1 + Math.floor(random() * 4) }),
      ...make(random),
    }));
  });
  return { seed, rules };
}

function listMakers(operation: Operation): readonly MakeFault[] {
  const group = OPERATIONS[operation];
  return [
    ...(group === 'token' ? [] : [ON_TOKENS]),
    ...(group === 'list' ? ON_LISTS : []),
    ...(group === 'write' ? ON_WRITES : []),
    ...(BY_OPERATION[operation] ?? []),
  ];
}

function pickWhen(random: Random): When {
  return random() < 0.5 ? 'before' : 'after';
}

/** Rounds down, so that shares never add up to more than the rate. */
function round(probability: number): number {
  return Math.floor(probability * 10_000) / 10_000;
}
