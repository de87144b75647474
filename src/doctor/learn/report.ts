import { compareBy } from '../../model/words.js';
import { isCatalogKind, type Kind, parseAddress } from '../../model/address.js';
import type { LearnReport } from '../../model/doctor.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { ApplyResult } from '../../model/outcome.js';
import type { CanaryFinding, Learned, NotLearned } from './learn.js';

/** The results of a run. */
export interface LearnRun {
  environment: string;
  host: string;
  run: string;
  findings: readonly CanaryFinding[];
  learned: readonly Learned[];
  /** The dialect in limio.config, which overrides learned settings. */
  ownDialect?: unknown;
  interrupted: boolean;
}

/** What was learned, what was not, the reasons, and whether every object is restored. */
export function makeLearnReport({
  environment,
  host,
  run,
  findings,
  learned,
  ownDialect,
  interrupted,
}: LearnRun): LearnReport {
  return {
    kind: 'limio-sync/learn',
    formatVersion: 1,
    environment,
    host,
    run,
    learned: learned.map((one) => {
      const own = findOwn(ownDialect, one.setting);
      return { ...one, ...(own === undefined || jsonEqual(own, one.value) ? {} : { overriddenBy: own }) };
    }),
    notLearned: [...findings.flatMap((finding) => finding.notLearned), ...listUntried(findings, learned)],
    canaries: findings.map(({ address, notRestored, changedByOthers, failure }) => ({
      address,
      restored: notRestored.length === 0,
      notRestored,
      changedByOthers,
      savedFile: `.limio/runs/${run}/${nameSavedFile(parseAddress(address).kind)}`,
      ...(failure === undefined ? {} : { failure }),
    })),
    interrupted,
  };
}

/** Settings without a canary or a promo code to learn them from. */
function listUntried(findings: readonly CanaryFinding[], learned: readonly Learned[]): NotLearned[] {
  const kinds = findings.map(({ address }) => parseAddress(address).kind);
  return [
    ...(kinds.some(isCatalogKind)
      ? []
      : ['bulkUpdate.wrapper', 'bulkUpdate.removal', 'bulkUpdate.merge'].map((setting) => ({
          setting,
          reason: 'no offer, add-on or product was given with --canary',
        }))),
    ...(kinds.includes('journey') ? [] : [{ setting: 'journeyPut', reason: 'no journey was given with --canary' }]),
    ...(kinds.includes('promo_code')
      ? []
      : [{ setting: 'promo.removal', reason: 'no promo code was given with --canary' }]),
    ...(learned.some(({ setting }) => setting === 'promo.fixedAmountType')
      ? []
      : [{ setting: 'promo.fixedAmountType', reason: 'the tenant has no promo code with a fixed amount' }]),
  ];
}

function findOwn(dialect: unknown, setting: string): Json | undefined {
  let found: Json | undefined = isJsonObject(dialect) ? dialect : undefined;
  for (const key of setting.split('.')) found = isJsonObject(found) ? getOwn(found, key) : undefined;
  return found;
}

/** The outcome in the journal: an update that is done if the object is restored. */
export function toOutcome({ address, notRestored, failure }: CanaryFinding): ApplyResult['outcomes'][number] {
  if (notRestored.length === 0) return { address, action: 'update', status: 'done' };
  return {
    address,
    action: 'update',
    status: 'unverified',
    error: {
      code: 'CANARY_NOT_RESTORED',
      message: `Not restored at ${notRestored.join(', ')}${failure === undefined ? '' : `: ${failure}`}`,
    },
  };
}

/** The result of the run in the journal. */
export function makeLearnResult({
  findings,
  ...run
}: Pick<ApplyResult, 'environment' | 'host' | 'fingerprint' | 'interrupted'> & {
  findings: readonly CanaryFinding[];
}): ApplyResult {
  const outcomes = findings.map(toOutcome).sort(compareBy(({ address }) => address));
  const done = outcomes.filter(({ status }) => status === 'done').length;
  return {
    kind: 'limio-sync/result',
    formatVersion: 1,
    ...run,
    outcomes,
    publish: { pages: [], onNoPage: [] },
    summary: {
      done,
      failed: 0,
      unverified: outcomes.length - done,
      blocked: 0,
      withheld: 0,
      pagesBuilt: 0,
      pagesLive: 0,
      pagesNotLive: 0,
    },
  };
}

/** Dotted settings such as `bulkUpdate.wrapper` as a `dialect`. */
export function nestSettings(learned: readonly Pick<Learned, 'setting' | 'value'>[]): JsonObject {
  const groups = new Map<string, [string, Json][]>();
  const top: [string, Json][] = [];
  for (const { setting, value } of learned) {
    const [group = '', key] = setting.split('.');
    if (key === undefined) top.push([group, value]);
    else groups.set(group, [...(groups.get(group) ?? []), [key, value]]);
  }
  return Object.fromEntries([
    ...top,
    ...[...groups].map(([group, entries]): [string, Json] => [group, Object.fromEntries(entries)]),
  ]);
}

/** The file of a run that contains the saved object. */
export function nameSavedFile(kind: Kind): string {
  return `canary-${kind}.json`;
}
