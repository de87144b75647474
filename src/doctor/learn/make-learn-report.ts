import { isCatalogKind, parseAddress } from '../../model/address.js';
import type { LearnReport } from '../../model/doctor.js';
import { getOwn, isJsonObject, type Json, jsonEqual } from '../../model/json.js';
import type { CanaryFinding, Learned, NotLearned } from './canary-finding.js';
import { nameSave } from './name-save.js';

/** What a run of learning came to, but for the file that the settings are written to. */
export interface LearnRun {
  environment: string;
  host: string;
  run: string;
  findings: readonly CanaryFinding[];
  learned: readonly Learned[];
  /** What limio.config itself says of the dialect; it wins over what is learned. */
  ownDialect?: Json | undefined;
  interrupted: boolean;
}

/** The report of a run: what was learned, what was not and why, and whether every object is as it was. */
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
      return { ...one, ...(own === undefined || jsonEqual(own, one.value) ? {} : { overruledBy: own }) };
    }),
    notLearned: [...findings.flatMap((finding) => finding.notLearned), ...listUntried(findings, learned)],
    canaries: findings.map(({ address, left, foreign, failure }) => ({
      address,
      restored: left.length === 0,
      left,
      foreign,
      saved: `.limio/runs/${run}/${nameSave(parseAddress(address).kind)}`,
      ...(failure === undefined ? {} : { failure }),
    })),
    interrupted,
  };
}

/** Settings that nothing was there to learn from. */
function listUntried(findings: readonly CanaryFinding[], learned: readonly Learned[]): NotLearned[] {
  const kinds = findings.map(({ address }) => parseAddress(address).kind);
  return [
    ...(kinds.some(isCatalogKind)
      ? []
      : ['bulkUpdate.wrapper', 'bulkUpdate.removal', 'bulkUpdate.merge'].map((setting) => ({
          setting,
          why: 'no offer, add-on or product was named with --canary',
        }))),
    ...(kinds.includes('journey') ? [] : [{ setting: 'journeyPut', why: 'no journey was named with --canary' }]),
    ...(kinds.includes('promo_code')
      ? []
      : [{ setting: 'promo.removal', why: 'no promo code was named with --canary' }]),
    ...(learned.some(({ setting }) => setting === 'promo.fixedAmountType')
      ? []
      : [{ setting: 'promo.fixedAmountType', why: 'no promo code of the tenant gives a fixed amount' }]),
  ];
}

function findOwn(dialect: Json | undefined, setting: string): Json | undefined {
  return setting
    .split('.')
    .reduce<Json | undefined>((at, key) => (isJsonObject(at) ? getOwn(at, key) : undefined), dialect);
}
