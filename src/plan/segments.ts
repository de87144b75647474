import { LimioError } from '../errors/errors.js';
import { listReferences } from '../kinds/kinds.js';
import { toIncompleteList } from '../kinds/odd-answers.js';
import { listSegmentNames, toSegmentPath } from '../kinds/references.js';
import type { Address } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { objectAt } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import type { DesiredResource } from '../model/model.js';
import type { Change, PlanWarning } from '../model/plan.js';
import { suggestNearest } from '../model/spelling.js';
import { nameFirst } from '../model/words.js';
import { describeIncomplete, explainRefusal, READS_AT_ONCE } from './incomplete-reads.js';

/**
 * Segments that changed journeys ask for and that neither the files declare nor the tenant has. Typed conditions only.
 * Reads nothing when no changed journey asks for one that the files do not declare.
 */
export async function warnSegments(
  reader: LiveReader,
  changes: readonly Change[],
  declared: readonly DesiredResource[],
): Promise<PlanWarning[]> {
  const names = new Set(
    declared
      .filter(({ kind }) => kind === 'segment')
      .flatMap(({ name, body }) => listSegmentNames(name, { attributes: objectAt(body, 'attributes') })),
  );
  const asked = changes.map((change) => ({
    address: change.address,
    segments: listAsked(change).filter((segment) => !names.has(segment)),
  }));
  const open = new Set(asked.flatMap(({ segments }) => segments));
  if (open.size === 0) return [];
  const list = await reader.listItems('segment', 'catalog').catch(toIncompleteList);
  for (const item of list.items) for (const name of listSegmentNames(item.path, item)) names.add(name);
  const unlisted = [...open].filter((segment) => !names.has(segment)).sort();
  // Lists lag, and one item at head does not.
  const heads = await mapConcurrent(unlisted, READS_AT_ONCE, (segment) => readSegment(reader, segment));
  const gap = list.complete ? undefined : describeIncomplete('segments', list);
  const why = gap ?? heads.find((head) => head.why !== undefined)?.why;
  const isMissing = (i: number): boolean => heads[i]?.isThere === false && gap === undefined;
  const missing = new Set(unlisted.filter((_, i) => isMissing(i)));
  const unknown = unlisted.filter((_, i) => !isMissing(i) && heads[i]?.isThere !== true);
  return [
    ...asked.flatMap(({ address, segments }) =>
      warnMissing(
        address,
        segments.filter((segment) => missing.has(segment)),
        names,
      ),
    ),
    ...(why === undefined || unknown.length === 0 ? [] : [warnUnknown(unknown, why)]),
  ];
}

function listAsked({ kind, action, routing }: Change): string[] {
  if (kind !== 'journey' || action === 'delete') return [];
  const references = listReferences({ kind, body: routing?.after ?? {} });
  return [...new Set(references.flatMap((reference) => ('segment' in reference ? [reference.segment] : [])))];
}

/** `why`: the tenant does not say. */
async function readSegment(reader: LiveReader, segment: string): Promise<{ isThere?: boolean; why?: string }> {
  try {
    return { isThere: (await reader.readItem(toSegmentPath(segment))) !== undefined };
  } catch (error) {
    // No URL can hold the name, so no item has it.
    if (error instanceof LimioError && error.code === 'FILES_INVALID') return { isThere: false };
    return { why: explainRefusal(error) };
  }
}

function warnMissing(address: Address, missing: readonly string[], names: ReadonlySet<string>): PlanWarning[] {
  const [first] = missing;
  if (first === undefined) return [];
  const nearest = missing.length === 1 ? suggestNearest(first, names) : undefined;
  const message =
    `${address} asks for the ${missing.length === 1 ? 'segment' : 'segments'} ${nameFirst(missing)}, ` +
    'which the tenant does not have.';
  return [
    {
      code: 'REFERENCE_NOT_FOUND',
      address,
      message,
      hint: nearest === undefined ? 'Correct the name, or create it in the web app.' : `Did you mean ${nearest}?`,
    },
  ];
}

function warnUnknown(segments: readonly string[], why: string): PlanWarning {
  return {
    code: 'INCOMPLETE_READ',
    message: `Cannot tell whether the tenant has segments that journeys ask for, ${nameFirst(segments)}: ${why}.`,
  };
}
