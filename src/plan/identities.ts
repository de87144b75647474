import { LimioError } from '../errors/errors.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, formatAddress, isCatalogKind, type Kind, nameKind, parseAddress } from '../model/address.js';
import type { DesiredResource } from '../model/model.js';
import { formatPlace } from '../model/problem.js';
import { describeIdentityDifference, foldIdentity, quoteApart } from '../model/spelling.js';
import { countThings } from '../model/words.js';
import type { ResourceDiff } from './compare.js';
import { listPlaces } from './pages/places.js';
import { listTags } from './pages/routes.js';

/** A declared name that the tenant lacks, and another one that people read as the same. */
interface Twins {
  desired: DesiredResource;
  /** The spelling of the other one. */
  other: string;
  /** The document that declares the other one; absent: it is live. */
  declaredAt?: DesiredResource;
}

/**
 * Refuses a plan that would create or rename an object beside one whose name differs only in Unicode normal form, case
 * or blanks. Nobody could tell the two apart, and no consent makes that right. Two live ones can both be declared.
 * @throws LimioError IDENTITY_SPELLING with every such name, at the file.
 */
export function checkIdentities(diffs: readonly ResourceDiff[], state: LiveState): void {
  const twins = findTwins(diffs, state);
  if (twins.length === 0) return;
  const lines = twins.map(({ desired, other, declaredAt }) => {
    const { kind, name } = desired;
    const holder = declaredAt ? `${formatPlace(declaredAt.named ?? declaredAt.source)} declares` : 'the tenant has';
    const difference = describeIdentityDifference(name, other);
    return (
      `  ${formatPlace(desired.named ?? desired.source)} ${nameKind(kind, 1)} ${quoteApart(name, other)}: ` +
      `${holder} ${quoteApart(other, name)} (differs only in ${difference})`
    );
  });
  const canMove = twins.some(({ desired: { kind } }) => !isCatalogKind(kind));
  throw new LimioError({
    code: 'IDENTITY_SPELLING',
    message:
      `${countThings(twins.length, 'declared name')} that the tenant lacks ${twins.length === 1 ? 'looks' : 'look'} ` +
      `like another one:\n${lines.join('\n')}`,
    hint:
      'Copy the spelling of the tenant into the file, with its quotes. limio-sync never creates an object beside one ' +
      `whose name looks the same.${canMove ? MOVE_HINT : ''}`,
    details: {
      identities: twins.map(({ desired: { address, kind }, other }) => ({
        address,
        other: formatAddress(kind, other),
      })),
    },
  });
}

const MOVE_HINT = ' To rename a promo code or journey, add moved_from with its old name.';

function findTwins(diffs: readonly ResourceDiff[], state: LiveState): Twins[] {
  const lacking = diffs.filter(({ live, change }) => !live || change?.movedFrom);
  const known = new Map<Kind, Map<string, string[]>>();
  const listAlike = (kind: Kind, name: string): readonly string[] => {
    const names = known.get(kind) ?? groupByFold(listLiveNames(kind, state));
    known.set(kind, names);
    return names.get(foldIdentity(name)) ?? [];
  };
  const seen = new Map<string, DesiredResource>();
  return lacking.flatMap(({ desired }): Twins[] => {
    const { kind, name, movedFrom } = desired;
    const others = listAlike(kind, name).filter((one) => one !== name && formatAddress(kind, one) !== movedFrom);
    const countDifferences = (one: string): number => describeIdentityDifference(name, one).length;
    const [live] = others.toSorted((a, b) => countDifferences(a) - countDifferences(b));
    const key = `${kind}:${foldIdentity(name)}`;
    const declaredAt = seen.get(key);
    if (!declaredAt) seen.set(key, desired);
    if (live !== undefined) return [{ desired, other: live }];
    return declaredAt ? [{ desired, other: declaredAt.name, declaredAt }] : [];
  });
}

function groupByFold(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = foldIdentity(name);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return groups;
}

/** The live names of a kind that the plan has read. Tags have no list of their own; pages name them. */
export function listLiveNames(kind: Kind, { resources, places }: LiveState): string[] {
  const names = [...resources.values()].filter((live) => live.kind === kind).map(({ name }) => name);
  return kind === 'tag' ? [...new Set([...names, ...listPlaces(places).flatMap(listTags)])] : names;
}

/** The live name that a name is another spelling of, where there is one. */
export function findOtherSpelling(address: Address, state: LiveState): string | undefined {
  const { kind, name } = parseAddress(address);
  const key = foldIdentity(name);
  return listLiveNames(kind, state).find((other) => other !== name && foldIdentity(other) === key);
}
