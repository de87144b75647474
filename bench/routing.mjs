/**
 * A million visits over 100 journeys: the time of all evaluations, median of several runs. Must stay
 * under 5 s. And what `journeys check` and the plan do with one long journey, whose time must grow
 * about as its length. CPU time of this process stands beside the time of the clock, for busy machines.
 */
import { importSource } from '../scripts/ensure-built.mjs';

const JOURNEYS = 100;
const BRANCHES = 8;
const VISITS = 1_000_000;
const RUNS = 5;
const COUNTRIES = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'AT', 'IE', 'PT', 'CA', 'AU'];
const [{ compileWorld }, { evaluateVisit, pickShares }, { findUnreachable, findOverlaps }, { viewVisitors }] =
  await importSource(
    'src/routing/routing.ts',
    'src/routing/visit.ts',
    'src/routing/branches.ts',
    'src/render/journeys/visitors.ts',
  );

const world = compileWorld(Array.from({ length: JOURNEYS }, (_, i) => makeJourney(i)));
// A thousand different visitors of each journey, made before the clock starts.
const visitors = Array.from({ length: 1000 * JOURNEYS }, (_, i) => makeVisitor(i));
const times = [];
for (let run = 0; run < RUNS; run += 1) {
  const ends = new Map();
  const start = startClock();
  for (let i = 0; i < VISITS; i += 1) {
    const visitor = visitors[i % visitors.length];
    const [landing] = evaluateVisit(world, visitor);
    const tag = pickShares(landing, visitor.split)[0]?.tag;
    ends.set(tag, (ends.get(tag) ?? 0) + 1);
  }
  times.push(start());
  if (ends.size < JOURNEYS) throw new Error(`only ${ends.size} pages are reached: the visits do not spread`);
}
console.log(
  `${VISITS} visits over ${JOURNEYS} journeys of ${BRANCHES} branches: ${formatMedian(times)} (median of ${RUNS})`,
);

for (const length of [250, 500, 1000]) {
  const before = makeLongJourney(length);
  const after = { ...before, journeys: before.journeys.toReversed() };
  const compiled = compileWorld([{ name: 'long', body: before }]).journeys[0];
  const keys = new Map(compiled.branches.map(({ landing }) => [landing, landing.shares[0].tag]));
  const work = {
    'unreachable branches': () => findUnreachable(compiled),
    overlaps: () => findOverlaps(compiled, keys),
    'what its reversal changes': () => viewVisitors('long', { before, after }),
  };
  for (const [name, run] of Object.entries(work))
    console.log(
      `${length} branches, ${name}: ${formatMedian(Array.from({ length: RUNS }, () => time(run)))} (median of ${RUNS})`,
    );
}

/** Gives the seconds since, by the clock and of this process. */
function startClock() {
  const [clock, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user } = process.cpuUsage(cpu);
    return { clock: (performance.now() - clock) / 1000, user: user / 1e6 };
  };
}

function time(run) {
  const stop = startClock();
  run();
  return stop();
}

function formatMedian(measured) {
  const median = (key) =>
    measured
      .map((one) => one[key])
      .sort((a, b) => a - b)
      [Math.floor(measured.length / 2)].toFixed(2);
  return `${median('clock')} s, user ${median('user')} s`;
}

/** Conditions of every sort, each branch with one to three of them. */
function makeLongJourney(length) {
  const sorts = [
    (i) => ({ type: 'country', values: [COUNTRIES[i % 12], COUNTRIES[(i * 5) % 12]] }),
    (i) => ({ type: 'cookie', values: makeValues('lmo_', length / 5, i) }),
    (i) => ({ type: 'query', values: makeValues('utm=', length / 5, i) }),
    (i) => ({ type: 'city', values: makeValues('city', length / 5, i) }),
    (i) => ({ type: 'segment', values: makeValues('segment', length / 10, i) }),
    () => ({ type: 'device', values: ['mobile'] }),
    (i) => ({ raw: { number: i % 20 } }),
  ];
  const journeys = Array.from({ length }, (_, i) => ({
    conditions: Array.from({ length: 1 + (i % 3) }, (_part, k) =>
      sorts[(i * 3 + k * 5 + (i >> 3)) % sorts.length](i + k),
    ),
    actions: [{ type: 'destination', destination: `/to/${i}/`, split: 100 }],
  }));
  return { starting_point: '/long/', fallback_tag: '/rest/', domains: [], journeys };
}

function makeValues(name, count, i) {
  return [`${name}${(i * 7) % count}`, `${name}${(i * 11 + 3) % count}`].slice(0, 1 + (i % 2));
}

function makeJourney(i) {
  const journeys = Array.from({ length: BRANCHES }, (_, branch) => ({
    conditions: [
      { type: 'country', values: [COUNTRIES[branch], COUNTRIES[branch + 1]] },
      branch % 2 === 0 ? { type: 'device', values: ['mobile'] } : { type: 'cookie', values: ['lmo_returning'] },
      ...(branch % 3 === 0 ? [{ type: 'query', values: ['utm_source=newsletter'] }] : []),
    ],
    actions: [
      { type: 'destination', destination: `/j${i}/b${branch}/a/`, split: 60 },
      { type: 'destination', destination: `/j${i}/b${branch}/b/`, split: 40 },
    ],
  }));
  return {
    name: `journey-${i}`,
    body: { starting_point: `/start-${i}/`, fallback_tag: `/j${i}/rest/`, domains: ['shop.example.com'], journeys },
  };
}

function makeVisitor(i) {
  const n = Math.floor(i / JOURNEYS);
  return {
    host: 'shop.example.com',
    path: `/start-${i % JOURNEYS}/`,
    country: COUNTRIES[n % COUNTRIES.length],
    region: null,
    city: null,
    billingCountry: null,
    subscriptionStatus: 'noActiveSub',
    device: n % 3 === 0 ? 'desktop' : 'mobile',
    query: new Set(n % 2 === 0 ? ['utm_source=newsletter'] : []),
    cookies: new Set(n % 5 === 0 ? ['lmo_returning'] : []),
    segments: new Set(),
    offerLabels: new Set(),
    split: (n % 100) / 100,
  };
}
