import { formatCommand } from '../model/text.js';
import { countThings } from '../model/words.js';
import { type Check, READING_NOUNS, type ReadingName, type Readings, finding, listSome } from './check.js';

const SLOW_MS = 3000;

/** Large enough for whole seconds in the `Date` header, and for slow answers. */
const SKEW_MS = 30_000;

const LISTS: readonly ReadingName[] = [
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

/** Connection, credentials, permissions, clock and configuration. */
export const ACCESS_CHECKS: readonly Check[] = [
  {
    id: 'reachable',
    title: 'Reachable',
    evaluate({ signedIn }, { host, timings }) {
      if (timings.length === 0) {
        const reason = 'failure' in signedIn ? signedIn.failure.message : 'no request was answered';
        return finding(
          'problem',
          `${host} does not answer.`,
          [reason],
          'Check the network, and url or tenant and region of the environment in limio.config.',
        );
      }
      const sorted = timings.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
      const evidence = [`${sorted.length} answers, median ${median} ms, slowest ${sorted.at(-1)} ms`];
      if (median <= SLOW_MS) return finding('ok', `${host} answers.`, evidence);
      return finding(
        'warning',
        `${host} answers slowly.`,
        evidence,
        'If lists time out, lower dialect.pageSize or raise --timeout.',
      );
    },
  },
  {
    id: 'credentials',
    title: 'Credentials',
    evaluate({ signedIn }, { credentials, timings }) {
      if ('value' in signedIn) return finding('ok', 'The tenant accepts the credentials.');
      const { code, message } = signedIn.failure;
      if (timings.length === 0) return finding('unknown', 'Not checked: the tenant does not answer.');
      if (code === 'AUTH_REFUSED')
        return finding(
          'problem',
          'The tenant rejects the credentials.',
          [message],
          `They come from ${credentials}. Each tenant has its own pair, sandboxes included.`,
        );
      return finding(
        'problem',
        'Signing in failed.',
        [message],
        'Check the url of the environment. It must be the tenant, not its shop.',
      );
    },
  },
  {
    id: 'rights',
    title: 'Permissions',
    evaluate(readings) {
      if ('failure' in readings.signedIn) return finding('unknown', 'Not checked: signing in failed.');
      const failed = LISTS.flatMap((name) => describeFailure(readings, name));
      const incomplete = LISTS.flatMap((name) => describeIncomplete(readings, name));
      const counts = LISTS.flatMap((name) => describeCount(readings, name));
      if (failed.length > 0)
        return finding(
          'problem',
          `${failed.length} of ${LISTS.length} lists cannot be read.`,
          [...failed, ...incomplete],
          'For 403, ask for credentials with that permission. For 404, see "Read paths" below.',
        );
      if (incomplete.length > 0)
        return finding(
          'warning',
          'Some lists cannot be read completely.',
          incomplete,
          'limio-sync deletes nothing based on an incomplete list. Run doctor again, or lower dialect.pageSize.',
        );
      return finding('ok', 'Every list can be read completely.', [counts.join(', ')]);
    },
  },
  {
    id: 'clock',
    title: 'Clock',
    evaluate(_readings, { timings }) {
      const skews = timings.flatMap(({ dateMs, receivedAtMs, elapsedMs }) =>
        dateMs === undefined ? [] : [receivedAtMs - elapsedMs / 2 - dateMs],
      );
      if (skews.length === 0) return finding('unknown', 'Not checked: no answer had a Date header.');
      const middle = skews.sort((a, b) => a - b)[Math.floor(skews.length / 2)] ?? 0;
      const apart = Math.abs(Math.round(middle / 1000));
      // The header has whole seconds, rounded down.
      const evidence = [
        apart < 2
          ? 'less than 2 s apart (the Date header has whole seconds)'
          : `this machine is ${apart} s ${middle < 0 ? 'behind' : 'ahead of'} the tenant`,
      ];
      if (Math.abs(middle) <= SKEW_MS)
        return finding('ok', 'The clock of this machine agrees with the tenant.', evidence);
      return finding(
        'warning',
        'The clock of this machine differs from the tenant.',
        evidence,
        'Set the clock of this machine. Token expiry, freezes and promo dates depend on it.',
      );
    },
  },
  {
    id: 'setting',
    title: 'Configuration',
    evaluate(_readings, { environment, protected: isProtected, dialect: { publish, journeyCodec }, learned }) {
      const waits = Math.round((publish.attempts * publish.intervalMs) / 1000);
      const doubts = [
        ...(/^(prod|production|live)$/i.test(environment) && !isProtected
          ? [`"${environment}" is not protected (host names cannot distinguish production from a sandbox)`]
          : []),
        ...(waits < 60 ? [`a publish is abandoned after ${waits} s, but builds take minutes`] : []),
        ...(journeyCodec === 'assumed' ? ['journeyCodec is "assumed", which is only correct for the emulator'] : []),
      ];
      const source = learned ? [`dialect settings from dialects/${environment}.json`] : [];
      if (doubts.length === 0) return finding('ok', 'The settings of the environment look right.', source);
      return finding(
        'warning',
        'Some settings of the environment look wrong.',
        [...listSome(doubts), ...source],
        'Change them in limio.config, or keep them if they are intended.',
      );
    },
  },
];

/** Only for an environment that has runs or a snapshot: see `unfinished` of the context. */
export const RUN_CHECK: Check = {
  id: 'unfinished',
  title: 'Unfinished runs',
  evaluate(_readings, { environment, unfinished }) {
    if (unfinished === undefined) return finding('unknown', 'Not checked: there are no runs.');
    if ('failure' in unfinished)
      return finding(
        'problem',
        'The record of earlier runs cannot be read.',
        [unfinished.failure.message],
        unfinished.failure.hint,
      );
    const { pages, objects } = unfinished;
    const left = objects.map(
      ({ address, status, run }) => `${address}: ${status}${run === undefined ? '' : ` since the run ${run}`}`,
    );
    if (pages.length > 0) {
      const waiting = pages.map(({ path, run, items }) => `${path}, since the run ${run}: ${items.join(', ')}`);
      return finding(
        'problem',
        `${countThings(pages.length, 'page is', 'pages are')} waiting to be published: visitors see an older state.`,
        [...listSome(waiting), ...listSome(left)],
        `Publish again: ${formatCommand('publish', '--env', environment)}`,
      );
    }
    if (objects.length === 0) return finding('ok', 'Every run finished: each write was verified, each page is live.');
    return finding(
      'warning',
      `${countThings(objects.length, 'object was', 'objects were')} left failed or unverified.`,
      listSome(left),
      `See what is left to do: ${formatCommand('plan', '--env', environment)}`,
    );
  },
};

function describeFailure(readings: Readings, name: ReadingName): string[] {
  const reading = readings[name];
  return 'failure' in reading ? [`${READING_NOUNS[name]}: ${reading.failure.message}`] : [];
}

function describeIncomplete(readings: Readings, name: ReadingName): string[] {
  const reading = readings[name];
  // The one-object form of journeys has its own check.
  if (
    name === 'journeys' ||
    'failure' in reading ||
    typeof reading.value !== 'object' ||
    !('complete' in reading.value) ||
    reading.value.complete
  )
    return [];
  return [`${READING_NOUNS[name]}: ${reading.value.note ?? 'no reason given'}`];
}

function describeCount(readings: Readings, name: ReadingName): string[] {
  const reading = readings[name];
  if (
    'failure' in reading ||
    typeof reading.value !== 'object' ||
    !('items' in reading.value) ||
    !Array.isArray(reading.value.items)
  )
    return [];
  const count = reading.value.items.length;
  const noun = READING_NOUNS[name].replace('the list of ', '');
  return [`${count} ${count === 1 ? noun.replace(/s$/, '') : noun}`];
}
