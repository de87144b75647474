import { type Check, FACT_NOUNS, type FactName, type Facts, find, listSome } from './check.js';

const SLOW_MS = 3000;

/** A `Date` header has whole seconds, and the answer took a while. */
const SKEW_MS = 30_000;

const LISTS: readonly FactName[] = [
  'offers',
  'addOns',
  'products',
  'pages',
  'segments',
  'publishedOffers',
  'publishedAddOns',
  'publishedPages',
  'journeys',
  'promoCodes',
];

/** Whether the tenant answers, whom it lets in, and what the credentials may read. */
export const ACCESS_CHECKS: readonly Check[] = [
  {
    id: 'reachable',
    title: 'Reachable',
    judge({ signedIn }, { host, timings }) {
      if (timings.length === 0) {
        const reason = 'failure' in signedIn ? signedIn.failure.message : 'nothing was answered';
        return find(
          'problem',
          `${host} does not answer.`,
          [reason],
          'Check url, or tenant and region, of the environment in limio.config, and the network.',
        );
      }
      const sorted = timings.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
      const evidence = [
        `${sorted.length} answers, the median after ${median} ms, the slowest after ${sorted.at(-1)} ms`,
      ];
      if (median <= SLOW_MS) return find('ok', `${host} answers.`, evidence);
      return find(
        'warning',
        `${host} answers slowly.`,
        evidence,
        'If lists time out, lower dialect.pageSize or give --timeout a larger value.',
      );
    },
  },
  {
    id: 'credentials',
    title: 'Credentials',
    judge({ signedIn }, { environment, timings }) {
      if ('value' in signedIn) return find('ok', 'The tenant accepts the credentials.');
      const { code, message } = signedIn.failure;
      if (timings.length === 0) return find('unknown', 'Not checked, because the tenant does not answer.');
      const variable = `LIMIO_${environment.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
      if (code === 'AUTH_REFUSED')
        return find(
          'problem',
          'The tenant refuses the credentials.',
          [message],
          `Check ${variable}_CLIENT_ID and ${variable}_CLIENT_SECRET: each tenant has its own pair, a sandbox too.`,
        );
      return find(
        'problem',
        'The tenant could not be signed in to.',
        [message],
        'Check the url of the environment: it must be the tenant itself, not its shop.',
      );
    },
  },
  {
    id: 'rights',
    title: 'What the credentials may read',
    judge(facts) {
      if ('failure' in facts.signedIn)
        return find('unknown', 'Not checked, because the tenant could not be signed in to.');
      const failed = LISTS.flatMap((name) => describeFailure(facts, name));
      const incomplete = LISTS.flatMap((name) => describeDoubt(facts, name));
      const counts = LISTS.flatMap((name) => describeCount(facts, name));
      if (failed.length > 0)
        return find(
          'problem',
          `${failed.length} of ${LISTS.length} lists cannot be read.`,
          [...failed, ...incomplete],
          'Where it says 403, ask for credentials with that right. Where it says 404, look at "Read paths" below.',
        );
      if (incomplete.length > 0)
        return find(
          'warning',
          'Not every list can be read to its proven end.',
          incomplete,
          'An incomplete list never justifies a deletion. Run doctor again; if it stays so, lower dialect.pageSize.',
        );
      return find('ok', 'Every list can be read to its proven end.', [counts.join(', ')]);
    },
  },
  {
    id: 'clock',
    title: 'Clock',
    judge(_facts, { timings }) {
      const skews = timings.flatMap(({ dateMs, receivedAtMs, elapsedMs }) =>
        dateMs === undefined ? [] : [receivedAtMs - elapsedMs / 2 - dateMs],
      );
      if (skews.length === 0) return find('unknown', 'Not checked, because no answer said what time it is.');
      const middle = skews.sort((a, b) => a - b)[Math.floor(skews.length / 2)] ?? 0;
      const apart = Math.abs(Math.round(middle / 1000));
      // The header holds whole seconds, cut off.
      const evidence = [
        apart < 2
          ? 'less than 2 s apart; answers tell whole seconds'
          : `this machine is ${apart} s ${middle < 0 ? 'behind' : 'ahead of'} the tenant`,
      ];
      if (Math.abs(middle) <= SKEW_MS)
        return find('ok', 'The clocks of this machine and of the tenant agree.', evidence);
      return find(
        'warning',
        'The clocks of this machine and of the tenant differ.',
        evidence,
        'Set the clock of this machine: tokens, freezes and promo dates are judged by it.',
      );
    },
  },
  {
    id: 'setting',
    title: 'Configuration',
    judge(_facts, { environment, protected: isProtected, dialect: { publish, journeyCodec }, learned }) {
      const waits = Math.round((publish.attempts * publish.intervalMs) / 1000);
      const doubts = [
        ...(/^(prod|production|live)$/i.test(environment) && !isProtected
          ? [`"${environment}" is not protected; a host name never tells production from a sandbox`]
          : []),
        ...(waits < 60 ? [`a publish is given up after ${waits} s; a build takes minutes`] : []),
        ...(journeyCodec === 'assumed' ? ['journeyCodec is "assumed", which is right for the emulator only'] : []),
      ];
      const source = learned ? [`dialect partly from dialects/${environment}.json`] : [];
      if (doubts.length === 0) return find('ok', 'The settings of the environment are plausible.', source);
      return find(
        'warning',
        'Settings of the environment are worth a second look.',
        [...listSome(doubts), ...source],
        'Change them in limio.config, or leave them if you meant it so.',
      );
    },
  },
];

function describeFailure(facts: Facts, name: FactName): string[] {
  const fact = facts[name];
  return 'failure' in fact ? [`${FACT_NOUNS[name]}: ${fact.failure.message}`] : [];
}

function describeDoubt(facts: Facts, name: FactName): string[] {
  const fact = facts[name];
  // The one-object form of journeys is no fault of the list: it has a check of its own.
  if (
    name === 'journeys' ||
    'failure' in fact ||
    typeof fact.value !== 'object' ||
    !('complete' in fact.value) ||
    fact.value.complete
  )
    return [];
  return [`${FACT_NOUNS[name]}: ${fact.value.note ?? 'no reason given'}`];
}

function describeCount(facts: Facts, name: FactName): string[] {
  const fact = facts[name];
  if (
    'failure' in fact ||
    typeof fact.value !== 'object' ||
    !('items' in fact.value) ||
    !Array.isArray(fact.value.items)
  )
    return [];
  const count = fact.value.items.length;
  const noun = FACT_NOUNS[name].replace('the list of ', '');
  return [`${count} ${count === 1 ? noun.replace(/s$/, '') : noun}`];
}
