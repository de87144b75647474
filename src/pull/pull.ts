/**
 * From the live tenant back into YAML files. Each stage uses the rules of the planner:
 *
 *   pull-declared.ts  the edit of one declared object: live values (pull-value.ts), split over base and overlay
 *   share-edits.ts    where to write values of templates and bases: into a cell, or into a line that all its users
 *                     (uses.ts) would change to the same text; all others are conflicts
 *   settle-edits.ts   applies the edits to the texts; undoes each field that does not read back or validate,
 *                     with the reason (text-file-faults.ts for texts in files of their own)
 *   adopt.ts          new files for objects that no file declares, without the fields that no file can hold
 *   describe-live.ts  a live object as a document, with its keys in reading order
 *   name-files.ts     the paths of new files and overlays
 *
 * `makePull` only returns the new texts; the command writes them.
 */
import { isNegation, matchGlob } from '../glob/glob.js';
import { listKindPatterns } from '../kinds/address-patterns.js';
import { createJourneyCodec } from '../kinds/journey/codec.js';
import { createKindRules } from '../kinds/kinds.js';
import { type LiveState, readLive } from '../kinds/read-live.js';
import { hideInKinds } from '../kinds/secrets/hide-in-kinds.js';
import { createSecretCodec } from '../kinds/secrets/secret-codec.js';
import { hideSecrets } from '../kinds/secrets/secrets.js';
import { type Address, type Kind, KINDS } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { jsonEqual, mapTexts } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import type { DesiredResource, LiveResource } from '../model/model.js';
import type { Pull, PullConflict, PulledFile, Refusal } from '../model/pull.js';
import { compareBy } from '../model/words.js';
import { createUnmanagedTest } from '../plan/deletes.js';
import { ignoreFields } from '../plan/managed.js';
import type { SourceText } from '../source/documents.js';
import type { ValidatedSources } from '../source/source.js';
import {
  type AdoptionInput,
  type AdoptionResult,
  draftObjects,
  isWanted,
  leaveAlone,
  listNamed,
  settleDrafts,
} from './adopt.js';
import { addOverlays } from './name-files.js';
import { pullDeclared, type ResourceEdit, topLevelFieldOf } from './pull-declared.js';
import { type Settled, settleEdits } from './settle-edits.js';

/** Parallel requests. The client also limits requests per second. */
const CONCURRENCY = 8;

/**
 * Finds the changes that make the files equal to the tenant. Reads through a port that cannot write.
 * @throws the errors of the reader
 */
export async function makePull(tenant: LiveReader, input: PullInput): Promise<Pull> {
  const { context, validate, into } = input;
  const reader = hideSecrets(tenant, context.secrets);
  const kinds = hideInKinds(createKindRules(context.dialect), context.secrets);
  const manage = (resources: readonly DesiredResource[]): DesiredResource[] =>
    ignoreFields(resources, context.ignore, kinds, context.ownership).desired;
  const declaring = validate(input.sources);
  const desired = manage(declaring.resources.filter(({ address }) => input.isSelected(address)));
  const state = await readLive(reader, { desired, scope: listKindPatterns(input.adopt), kinds });
  const codec = createJourneyCodec(context.dialect.journeyCodec, state.journeyData);

  const differs = (resource: DesiredResource): boolean => {
    const live = state.resources.get(resource.address);
    return live !== undefined && kinds[resource.kind].compareWithLive(resource, live, codec).fields.length > 0;
  };
  const bare =
    into === 'base'
      ? []
      : desired.filter(
          (resource) =>
            declaring.declarations.get(resource.address)?.document.derivation?.by !== 'overlay' && differs(resource),
        );
  const overlays = addOverlays(bare, declaring.resources, input.sources, {
    environment: context.environment,
    folder: input.overlays,
    folders: input.folders,
  });
  const sources = [...input.sources, ...overlays];
  const checked = overlays.length === 0 ? declaring : validate(sources);

  const byAddress = new Map(desired.map((resource) => [resource.address, resource]));
  const rebuild = (address: Address, frozen: ReadonlySet<string>): ResourceEdit | undefined => {
    const [resource, live, declaration] = [
      byAddress.get(address),
      state.resources.get(address),
      checked.declarations.get(address),
    ];
    return (
      resource &&
      live &&
      declaration &&
      pullDeclared(resource, live, declaration, kinds, codec, {
        frozen: new Set([...frozen, ...input.listKept(address).map(topLevelFieldOf)]),
        into,
      })
    );
  };
  const edits = desired.flatMap(({ address }) => rebuild(address, new Set()) ?? []);
  const listDifferences = (after: ValidatedSources): Map<Address, string[]> =>
    new Map(
      manage(after.resources).flatMap((resource): [Address, string[]][] => {
        const live = state.resources.get(resource.address);
        const fields = live
          ? kinds[resource.kind].compareWithLive(resource, live, codec).fields.map(({ path }) => path)
          : [];
        return fields.length === 0 ? [] : [[resource.address, fields]];
      }),
    );
  const settled = dropIdle(
    overlays,
    settleEdits(edits, sources, { before: checked, validate, rebuild, listDifferences }),
  );

  await readNamed(input.adopt, state, (kind, name) => kinds[kind].read(reader, name));
  const { found, refused } = await findAdoptable(state, checked, input, (live) =>
    kinds[live.kind].read(reader, live.name, live.id),
  );
  for (const live of found) state.resources.set(live.address, live);
  const { drafts, unnamed } = draftObjects(found, [...state.resources.values()], input, kinds, codec);
  const adoption = settleDrafts(drafts, settled.sources, validate, listDifferences);
  return toPull(input, {
    checked,
    desired,
    edits,
    settled,
    adoption,
    state,
    refused: [...refused, ...unnamed, ...adoption.refused],
  });
}

/** Drops new overlays that are still empty, because their edits were undone. */
function dropIdle(overlays: readonly SourceText[], settled: Settled): Settled {
  const idle = new Set(overlays.map(({ path, text }) => `${path}\n${text}`));
  return { ...settled, sources: settled.sources.filter(({ path, text }) => !idle.has(`${path}\n${text}`)) };
}

/** Reads objects that are named in full: lists may lag, and tags have none (API reference, section 3). */
async function readNamed(
  adopt: readonly string[],
  state: LiveState,
  read: (kind: Kind, name: string) => Promise<LiveResource | undefined>,
): Promise<void> {
  const unseen = listNamed(adopt).filter((address) => !state.resources.has(address as Address));
  const named = unseen.flatMap((address) =>
    KINDS.filter((kind) => address.startsWith(`${kind}:`)).map((kind) => ({
      kind,
      name: address.slice(kind.length + 1),
    })),
  );
  for (const live of await mapConcurrent(named, CONCURRENCY, ({ kind, name }) => read(kind, name))) {
    if (live) state.resources.set(live.address, live);
  }
}

/** The objects at head that match a pattern of --adopt and that no file declares. */
async function findAdoptable(
  state: LiveState,
  { declarations }: ValidatedSources,
  { adopt, context }: PullInput,
  read: (live: LiveResource) => Promise<LiveResource | undefined>,
): Promise<{ found: LiveResource[]; refused: Refusal[] }> {
  const findReason = createUnmanagedTest(context);
  const wanted = [...state.resources.values()].filter(
    ({ address }) => !declarations.has(address) && isWanted(address, adopt),
  );
  const refused = wanted.flatMap(({ address }) => {
    const reason = findReason(address);
    // A partly owned object is drafted first: only then is it known whether any field is left to declare.
    return reason === undefined || reason === 'partly' ? [] : [leaveAlone(address, reason, adopt)];
  });
  const left = new Set(refused.map(({ address }) => address));
  const free = wanted.filter(({ address }) => !left.has(address));
  const heads = await mapConcurrent(free, CONCURRENCY, async (live) => (live.kind === 'journey' ? live : read(live)));
  return { found: heads.flatMap((live) => live ?? []).toSorted(compareBy(({ address }) => address)), refused };
}

interface Parts {
  checked: ValidatedSources;
  desired: readonly DesiredResource[];
  edits: readonly ResourceEdit[];
  settled: Settled;
  adoption: AdoptionResult;
  state: LiveState;
  refused: Refusal[];
}

function toPull(input: PullInput, { checked, desired, edits, settled, adoption, state, refused }: Parts): Pull {
  const absent = desired.filter(({ address }) => !state.resources.has(address)).map(({ address }) => address);
  return {
    environment: input.context.environment,
    host: input.context.host,
    files: listFiles(input.sources, adoption, settled.edits, settled.checked),
    unused: listUnused(checked, settled.checked),
    unchanged: desired.length - absent.length - edits.length,
    conflicts: hideConflicts([...settled.edits.flatMap(({ conflicts }) => conflicts), ...settled.conflicts], input),
    adopted: adoption.drafts.map(({ live: { address }, path, leftOut }) => ({ address, file: path, leftOut })),
    refused: refused.toSorted(compareBy(({ address }) => address)),
    unmatched: input.adopt.filter(
      (pattern) =>
        !isNegation(pattern) &&
        ![...state.resources.keys(), ...checked.declarations.keys()].some((address) => matchGlob(pattern, address)),
    ),
    absent,
    incomplete: listIncomplete(state),
    alsoChanges: listAlsoChanges(input, adoption.sources),
  };
}

function listFiles(
  before: readonly SourceText[],
  { drafts, sources }: AdoptionResult,
  edits: readonly ResourceEdit[],
  { findOrigin }: Pick<ValidatedSources, 'findOrigin'>,
): PulledFile[] {
  const listFields = ({ address, fields, edits: own, targets, written }: ResourceEdit, path: string): string[] =>
    fields.filter((field) => {
      const values = written.filter(({ pointer }) => topLevelFieldOf(pointer) === topLevelFieldOf(field));
      if (targets.length > 0 && values.length > 0) return values.some((value) => value.path === path);
      const textFile = findOrigin(address, field)?.textFile;
      return textFile === undefined ? own.some((edit) => edit.path === path) : textFile === path;
    });
  const texts = new Map(before.map(({ path, text }) => [path, text]));
  const files = sources.flatMap(({ path, text }): PulledFile[] => {
    const old = texts.get(path);
    if (old === text) return [];
    const changes = edits
      .map((edit) => ({ address: edit.address, fields: listFields(edit, path) }))
      .filter(({ fields }) => fields.length > 0);
    const adopted = drafts
      .filter((draft) => draft.path === path)
      .map(({ live: { address } }) => ({ address, fields: [] }));
    return [{ path, ...(old === undefined ? {} : { before: old }), after: text, changes: [...changes, ...adopted] }];
  });
  return files.toSorted(compareBy(({ path }) => path));
}

/** Text files that a `!file` tag named before the pull, and none does after it. */
function listUnused(before: ValidatedSources, after: ValidatedSources): string[] {
  const used = new Set(after.files.flatMap(({ textPaths }) => [...textPaths]));
  return [...new Set(before.files.flatMap(({ textPaths }) => [...textPaths]))].filter((path) => !used.has(path)).sort();
}

/** Other environments in which the new files declare different values or more objects than before. */
function listAlsoChanges({ others, sources }: PullInput, after: readonly SourceText[]): Pull['alsoChanges'] {
  if (after.length === sources.length && after.every(({ text }, i) => text === sources[i]?.text)) return [];
  return others.flatMap(({ environment, validate }) => {
    const old = new Map(validate(sources).resources.map((resource) => [resource.address, resource.body]));
    const now = validate(after).resources;
    const addresses = now
      .filter(({ address, body }) => old.has(address) && !jsonEqual(old.get(address), body))
      .map(({ address }) => address);
    // An environment without declarations is not in use yet.
    const added = old.size === 0 ? [] : now.filter(({ address }) => !old.has(address)).map(({ address }) => address);
    return addresses.length + added.length === 0 ? [] : [{ environment, addresses, added }];
  });
}

function listIncomplete({ listings }: LiveState): Pull['incomplete'] {
  return KINDS.flatMap((kind) => {
    const listing = listings[kind];
    return listing && !listing.complete ? [{ kind, note: listing.note ?? 'no reason given' }] : [];
  });
}

/** Shows digests instead of secrets. */
function hideConflicts(conflicts: PullConflict[], { context: { secrets } }: PullInput): PullConflict[] {
  if (!secrets?.size) return conflicts;
  const { show } = createSecretCodec(secrets);
  return conflicts.map((conflict) => ({
    ...conflict,
    ...(conflict.declared === undefined ? {} : { declared: mapTexts(conflict.declared, show) }),
    ...(conflict.live === undefined ? {} : { live: mapTexts(conflict.live, show) }),
  }));
}

export interface PullInput extends AdoptionInput {
  /** Every file of the repository, unchanged. */
  sources: readonly SourceText[];
  /** Checks texts for all environments; resources and declarations are those of the one that is pulled. */
  validate: (sources: readonly SourceText[]) => ValidatedSources;
  /** The same check for each other environment alone. */
  others: readonly { environment: string; validate: (sources: readonly SourceText[]) => ValidatedSources }[];
  /** Which declared objects to pull. */
  isSelected: (address: Address) => boolean;
  /** JSON Pointers of the fields of an object that pull does not change. */
  listKept: (address: Address) => readonly string[];
  /** The folder of the overlays of the environment. */
  overlays: string;
}
