import { compareBy } from '../model/words.js';
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
import type { Pull, PullConflict, PulledFile, Refusal } from '../model/pull.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import { createUnmanagedTest } from '../plan/deletes.js';
import { ignoreFields } from '../plan/managed.js';
import type { PlanContext } from '../plan/plan-context.js';
import type { SourceText } from '../source/documents.js';
import type { ValidatedSources } from '../source/source.js';
import { type AdoptionResult, draftObjects, isWanted, leaveAlone, listScope, settleDrafts } from './adopt.js';
import { addOverlays, type AdoptionFolders } from './name-files.js';
import { pullDeclared, type PullInto, type ResourceEdit, unitOf } from './pull-declared.js';
import { type Settled, settleEdits } from './settle-edits.js';
import { matchGlob } from '../text/glob.js';

/** Requests in flight; the client has its own limit per second. */
const CONCURRENCY = 8;

/**
 * What brings the files up to date with the tenant, complete and not yet written. Reads through a
 * port that cannot write, and decides by the planner's own rules what differs. @throws what reading throws.
 */
export async function makePull(tenant: LiveReader, input: PullInput): Promise<Pull> {
  const { context, validate, into } = input;
  const reader = hideSecrets(tenant, context.secrets);
  const kinds = hideInKinds(createKindRules(context.dialect), context.secrets);
  const manage = (resources: readonly DesiredResource[]): DesiredResource[] =>
    ignoreFields(resources, context.ignore, kinds, context.ownership).desired;
  const declaring = validate(input.sources);
  const desired = manage(declaring.resources.filter(({ address }) => input.isSelected(address)));
  const state = await readLive(reader, { desired, scope: listScope(input.adopt), kinds });
  const codec = createJourneyCodec(context.dialect.journeyCodec, state.journeyData);

  const differs = (resource: DesiredResource): boolean => {
    const live = state.resources.get(resource.address);
    return live !== undefined && kinds[resource.kind].compareWithLive(resource, live, codec).fields.length > 0;
  };
  const bare =
    into === 'base'
      ? []
      : desired.filter(
          (resource) => !declaring.declarations.get(resource.address)?.document.layers && differs(resource),
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
        frozen: new Set([...frozen, ...input.listKept(address).map(unitOf)]),
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
  const settled = dropIdle(overlays, settleEdits(edits, sources, { validate, rebuild, listDifferences }));

  await readNamed(input.adopt, state, (kind, name) => kinds[kind].read(reader, name));
  const { found, refused } = await findAdoptable(state, checked, input, (live) =>
    kinds[live.kind].read(reader, live.name, live.id),
  );
  for (const live of found) state.resources.set(live.address, live);
  const { drafts, unnamed } = draftObjects(found, [...state.resources.values()], input, kinds, codec);
  const adoption = settleDrafts(drafts, settled.sources, validate, listDifferences);
  return toPull(input, {
    declared: [...checked.declarations.keys()],
    desired,
    edits,
    settled,
    adoption,
    state,
    refused: [...refused, ...unnamed, ...adoption.refused],
  });
}

/** Overlays that say nothing, since the edits that they were for do not hold. */
function dropIdle(overlays: readonly SourceText[], settled: Settled): Settled {
  const idle = new Set(overlays.map(({ path, text }) => `${path}\n${text}`));
  return { ...settled, sources: settled.sources.filter(({ path, text }) => !idle.has(`${path}\n${text}`)) };
}

/** Reads what is named in full: a list may lag behind, and tags have none (API reference, section 3). */
async function readNamed(
  adopt: readonly string[],
  state: LiveState,
  read: (kind: Kind, name: string) => Promise<LiveResource | undefined>,
): Promise<void> {
  const unseen = adopt.filter((pattern) => !pattern.includes('*') && !state.resources.has(pattern as Address));
  const named = unseen.flatMap((pattern) =>
    KINDS.filter((kind) => pattern.startsWith(`${kind}:`)).map((kind) => ({
      kind,
      name: pattern.slice(kind.length + 1),
    })),
  );
  for (const live of await mapConcurrent(named, CONCURRENCY, ({ kind, name }) => read(kind, name))) {
    if (live) state.resources.set(live.address, live);
  }
}

/** What no file declares, a pattern names and head holds. */
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
    // What is owned in part is drafted; then it is known whether anything is left to declare.
    return reason === undefined || reason === 'partly' ? [] : [leaveAlone(address, reason, adopt)];
  });
  const left = new Set(refused.map(({ address }) => address));
  const free = wanted.filter(({ address }) => !left.has(address));
  const heads = await mapConcurrent(free, CONCURRENCY, async (live) => (live.kind === 'journey' ? live : read(live)));
  return { found: heads.flatMap((live) => live ?? []).toSorted(compareBy(({ address }) => address)), refused };
}

interface Parts {
  declared: readonly Address[];
  desired: readonly DesiredResource[];
  edits: readonly ResourceEdit[];
  settled: Settled;
  adoption: AdoptionResult;
  state: LiveState;
  refused: Refusal[];
}

function toPull(input: PullInput, { declared, desired, edits, settled, adoption, state, refused }: Parts): Pull {
  const absent = desired.filter(({ address }) => !state.resources.has(address)).map(({ address }) => address);
  return {
    environment: input.context.environment,
    host: input.context.host,
    files: listFiles(input.sources, adoption, settled.edits),
    unchanged: desired.length - absent.length - edits.length,
    conflicts: hideConflicts([...settled.edits.flatMap(({ conflicts }) => conflicts), ...settled.conflicts], input),
    adopted: adoption.drafts.map(({ live: { address }, path, leftOut }) => ({ address, file: path, leftOut })),
    refused: refused.toSorted(compareBy(({ address }) => address)),
    unmatched: input.adopt.filter(
      (pattern) => ![...state.resources.keys(), ...declared].some((address) => matchGlob(pattern, address)),
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
): PulledFile[] {
  const texts = new Map(before.map(({ path, text }) => [path, text]));
  const files = sources.flatMap(({ path, text }): PulledFile[] => {
    const old = texts.get(path);
    if (old === text) return [];
    const changes = edits
      .filter((edit) => edit.edits.some((one) => one.path === path))
      .map(({ address, fields }) => ({ address, fields }));
    const adopted = drafts
      .filter((draft) => draft.path === path)
      .map(({ live: { address } }) => ({ address, fields: [] }));
    return [{ path, ...(old === undefined ? {} : { before: old }), after: text, changes: [...changes, ...adopted] }];
  });
  return files.toSorted(compareBy(({ path }) => path));
}

/** What the files say to other environments, before and after. */
function listAlsoChanges({ others, sources }: PullInput, after: readonly SourceText[]): Pull['alsoChanges'] {
  if (after.length === sources.length && after.every(({ text }, i) => text === sources[i]?.text)) return [];
  return others.flatMap(({ environment, validate }) => {
    const old = new Map(validate(sources).resources.map((resource) => [resource.address, resource.body]));
    const now = validate(after).resources;
    const addresses = now
      .filter(({ address, body }) => old.has(address) && !jsonEqual(old.get(address), body))
      .map(({ address }) => address);
    // An environment for which nothing was declared is yet to be adopted.
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

/** People see digests in place of secrets. */
function hideConflicts(conflicts: PullConflict[], { context: { secrets } }: PullInput): PullConflict[] {
  if (!secrets?.size) return conflicts;
  const { show } = createSecretCodec(secrets);
  return conflicts.map((conflict) => ({
    ...conflict,
    ...(conflict.declared === undefined ? {} : { declared: mapTexts(conflict.declared, show) }),
    ...(conflict.live === undefined ? {} : { live: mapTexts(conflict.live, show) }),
  }));
}

/** What a pull must know besides the tenant. */
export interface PullInput {
  /** Every file of the repository as it was read. */
  sources: readonly SourceText[];
  /** Checks texts for all environments; resources and declarations are those of the one that is pulled. */
  validate: (sources: readonly SourceText[]) => ValidatedSources;
  /** The same for each other environment alone. */
  others: readonly { environment: string; validate: (sources: readonly SourceText[]) => ValidatedSources }[];
  context: PlanContext;
  /** Which declared objects to bring up to date. */
  isSelected: (address: Address) => boolean;
  /** JSON Pointers of fields of an object that stay as the files have them. */
  listKept: (address: Address) => readonly string[];
  /** Patterns over addresses of objects that no file declares and that shall get one. */
  adopt: readonly string[];
  folders: AdoptionFolders;
  /** `overlay`: what other environments read stays as it is. */
  into: PullInto;
  /** The folder of the overlays of the environment. */
  overlays: string;
  /** Every file that lies in those folders, whatever it holds. */
  existing: readonly string[];
  /** Whether the configuration would find a file at a path. */
  isSourceFile: (path: string) => boolean;
}
