import type { Address } from '../model/address.js';
import type { Problem } from '../model/problem.js';
import type { PullConflict } from '../model/pull.js';
import type { SourceText } from '../source/documents.js';
import { type DocumentEdit, editFile } from '../source/edit/edit.js';
import type { ValidatedSources } from '../source/source.js';
import { type ResourceEdit, unitOf } from './pull-declared.js';

export interface SettleTools {
  /** Checks texts as `validate` does. */
  validate: (sources: readonly SourceText[]) => ValidatedSources;
  /** Pointers of what differs from the tenant, by the rules of the planner. */
  listDifferences: (checked: ValidatedSources) => ReadonlyMap<Address, readonly string[]>;
  /** The edit of an object without some of its attributes or fields. */
  rebuild: (address: Address, frozen: ReadonlySet<string>) => ResourceEdit | undefined;
}

export interface Settled {
  /** The edits that hold. */
  edits: ResourceEdit[];
  sources: SourceText[];
  /** Fields that no file can hold as the tenant has them. */
  conflicts: PullConflict[];
}

/**
 * Carries the edits out on the texts and takes back every field after which a file would not say
 * what the tenant has: text that does not read back, an error of `validate`, a difference that stays.
 */
export function settleEdits(
  wanted: readonly ResourceEdit[],
  sources: readonly SourceText[],
  tools: SettleTools,
): Settled {
  const before = tools.validate(sources);
  const known = new Set(before.problems.map(identify));
  const conflicts: PullConflict[] = [];
  let edits = [...wanted];
  for (;;) {
    const attempt = tryEdits(edits, sources, known, tools);
    if (attempt.faults.size === 0) return { edits, sources: attempt.texts, conflicts };
    const bad = findBadUnits(attempt.faults, sources, known, tools);
    edits = edits.flatMap((edit) => {
      const units = bad.get(edit);
      if (!units) return [edit];
      conflicts.push(...[...units].map(([unit, reason]) => toConflict(edit, unit, reason, before)));
      const rebuilt = tools.rebuild(edit.address, frozenBy(conflicts, edit.address));
      return rebuilt && rebuilt.fields.length > 0 ? [rebuilt] : [];
    });
  }
}

interface Attempt {
  texts: SourceText[];
  /** Why an edit does not hold. */
  faults: Map<ResourceEdit, string>;
}

function tryEdits(
  edits: readonly ResourceEdit[],
  sources: readonly SourceText[],
  known: ReadonlySet<string>,
  { validate, listDifferences }: SettleTools,
): Attempt {
  const { texts, refused } = carryOut(edits, sources);
  const checked = validate(texts);
  const broken = checked.problems.filter((problem) => problem.severity === 'error' && !known.has(identify(problem)));
  const differences = listDifferences(checked);
  const faults = edits.flatMap((edit): [ResourceEdit, string][] => {
    const differs = differences.get(edit.address)?.some((pointer) => !edit.kept.has(unitOf(pointer))) ?? false;
    const reason =
      findFault(edit, refused, broken) ?? (differs ? 'The file would still differ from the tenant.' : undefined);
    return reason === undefined ? [] : [[edit, reason]];
  });
  return { texts, faults: new Map(faults) };
}

type BadUnits = Map<ResourceEdit, Map<string, string>>;

/**
 * The attributes and fields that do not hold by themselves, with the reason: an edit may only share
 * its file with a bad one. Where none is bad alone, they are bad together.
 */
function findBadUnits(
  faults: Attempt['faults'],
  sources: readonly SourceText[],
  known: ReadonlySet<string>,
  tools: SettleTools,
): BadUnits {
  const alone = [...faults.keys()].map((edit): [ResourceEdit, Map<string, string>] => [
    edit,
    findBadAlone(edit, sources, known, tools),
  ]);
  const bad = alone.filter(([, units]) => units.size > 0);
  if (bad.length > 0) return new Map(bad);
  return new Map(
    [...faults].map(([edit, reason]) => [edit, new Map(edit.fields.map((path) => [unitOf(path), reason]))]),
  );
}

function findBadAlone(
  edit: ResourceEdit,
  sources: readonly SourceText[],
  known: ReadonlySet<string>,
  tools: SettleTools,
): Map<string, string> {
  const units = [...new Set(edit.fields.map(unitOf))];
  return new Map(
    units.flatMap((unit): [string, string][] => {
      const single = tools.rebuild(edit.address, new Set(units.filter((other) => other !== unit)));
      const [reason] = single ? tryEdits([single], sources, known, tools).faults.values() : [];
      return reason === undefined ? [] : [[unit, reason]];
    }),
  );
}

function frozenBy(conflicts: readonly PullConflict[], address: Address): Set<string> {
  return new Set(conflicts.filter((conflict) => conflict.address === address).map(({ pointer }) => unitOf(pointer)));
}

function carryOut(
  edits: readonly ResourceEdit[],
  sources: readonly SourceText[],
): { texts: SourceText[]; refused: Set<string> } {
  const byFile = new Map<string, DocumentEdit[]>();
  for (const { path, index, value } of edits.flatMap((one) => one.edits))
    byFile.set(path, [...(byFile.get(path) ?? []), { index, value }]);
  const refused = new Set<string>();
  const texts = sources.map((source) => {
    const own = byFile.get(source.path);
    if (!own) return source;
    const edited = editFile(source.path, source.text, own);
    for (const index of edited.refused) refused.add(`${source.path}#${index}`);
    return { ...source, text: edited.text };
  });
  return { texts, refused };
}

/** An error counts against every edit of its file: lines have moved, so it cannot be told whose it is. */
function findFault(
  { edits }: ResourceEdit,
  refused: ReadonlySet<string>,
  broken: readonly Problem[],
): string | undefined {
  if (edits.some(({ path, index }) => refused.has(`${path}#${index}`)))
    return 'The value cannot be written so that it reads back the same.';
  const problem = broken.find(({ file }) => edits.some(({ path }) => path === file));
  return problem && `validate would refuse the file: ${problem.code}: ${problem.message}`;
}

function toConflict(edit: ResourceEdit, unit: string, reason: string, { locate }: ValidatedSources): PullConflict {
  const field = edit.fields.find((path) => unitOf(path) === unit) ?? '';
  const depth = field.startsWith('/attributes/') ? 3 : 2;
  const pointer = field.split('/').slice(0, depth).join('/');
  const source = locate(edit.address, pointer) ?? { file: edit.edits[0]?.path ?? '', line: 1, col: 1 };
  return { code: 'PULL_UNWRITABLE', address: edit.address, pointer, source, reason };
}

function identify({ file, code, message }: Problem): string {
  return JSON.stringify([file, code, message]);
}
