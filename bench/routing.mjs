/** A million visits over 100 journeys: the time of all evaluations, median of several runs. Must stay under 5 s. */
import { ROOT, build, ensureInstalled } from '../scripts/ensure-built.mjs';

const JOURNEYS = 100;
const BRANCHES = 8;
const VISITS = 1_000_000;
const RUNS = 5;
const COUNTRIES = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'AT', 'IE', 'PT', 'CA', 'AU'];
ensureInstalled();
build();
const { compileWorld } = await import(`${ROOT}dist/routing/compile-journey.js`);
const { evaluateVisit } = await import(`${ROOT}dist/routing/evaluate-visit.js`);
const { pickShares } = await import(`${ROOT}dist/routing/pick-share.js`);

const world = compileWorld(Array.from({ length: JOURNEYS }, (_, i) => makeJourney(i)));
// A thousand different visitors of each journey, made before the clock starts.
const visitors = Array.from({ length: 1000 * JOURNEYS }, (_, i) => makeVisitor(i));
const times = [];
for (let run = 0; run < RUNS; run += 1) {
  const ends = new Map();
  const start = performance.now();
  for (let i = 0; i < VISITS; i += 1) {
    const visitor = visitors[i % visitors.length];
    const [landing] = evaluateVisit(world, visitor);
    const tag = pickShares(landing, visitor.split)[0]?.tag;
    ends.set(tag, (ends.get(tag) ?? 0) + 1);
  }
  times.push(performance.now() - start);
  if (ends.size < JOURNEYS) throw new Error(`only ${ends.size} pages are reached: the visits do not spread`);
}
times.sort((a, b) => a - b);
console.log(`${VISITS} visits over ${JOURNEYS} journeys of ${BRANCHES} branches: ${(times[Math.floor(RUNS / 2)] / 1000).toFixed(2)} s (median of ${RUNS})`);

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
  return { name: `journey-${i}`, body: { starting_point: `/start-${i}/`, fallback_tag: `/j${i}/rest/`, domains: ['shop.example.com'], journeys } };
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
