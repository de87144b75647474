import type { Address } from '../model/address.js';
import { jsonEqual } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import type { PullConflict } from '../model/pull.js';
import type { SourceText } from '../source/documents.js';
import { type DocumentEdit, editFile } from '../source/edit/edit.js';
import type { ValidatedSources } from '../source/source.js';
import { listTextFiles } from '../source/text-files.js';
import { type ResourceEdit, topLevelFieldOf } from './pull-declared.js';
import { explainTextFile } from './text-file-faults.js';

export interface SettleTools {
  /** The checks of `validate`. */
  validate: (sources: readonly SourceText[]) => ValidatedSources;
  /** Pointers of the fields that differ from the tenant, by the rules of the planner. */
  listDifferences: (checked: ValidatedSources) => ReadonlyMap<Address, readonly string[]>;
  /** The edit of an object without its frozen attributes and fields. */
  rebuild: (address: Address, frozen: ReadonlySet<string>) => ResourceEdit | undefined;
}

export interface Settled {
  /** The edits that were applied. */
  edits: ResourceEdit[];
  sources: SourceText[];
  /** These sources, checked. */
  checked: ValidatedSources;
  /** Fields whose live value cannot be written. */
  conflicts: PullConflict[];
}

/**
 * Applies the edits to the texts. Undoes every field that does not read back, causes an error of
 * `validate` or still differs from the tenant.
 */
export function settleEdits(
  wanted: readonly ResourceEdit[],
  sources: readonly SourceText[],
  tools: SettleTools,
): Settled {
  const before = tools.validate(sources);
  const conflicts: PullConflict[] = [];
  let edits = [...wanted];
  for (;;) {
    const attempt = tryEdits(edits, sources, before, tools);
    if (attempt.faults.size === 0) return { edits, sources: attempt.texts, checked: attempt.checked, conflicts };
    const bad = findBadFields(attempt.faults, sources, before, tools);
    edits = edits.flatMap((edit) => {
      const fields = bad.get(edit);
      if (!fields) return [edit];
      conflicts.push(...[...fields].map(([field, reason]) => toConflict(edit, field, reason, before)));
      const rebuilt = tools.rebuild(edit.address, frozenBy(conflicts, edit.address));
      return rebuilt && rebuilt.fields.length > 0 ? [rebuilt] : [];
    });
  }
}

interface Attempt {
  texts: SourceText[];
  checked: ValidatedSources;
  /** Why an edit fails. */
  faults: Map<ResourceEdit, string>;
}

function tryEdits(
  edits: readonly ResourceEdit[],
  sources: readonly SourceText[],
  before: ValidatedSources,
  { validate, listDifferences }: SettleTools,
): Attempt {
  const { texts, refused } = applyEdits(edits, sources);
  const checked = validate(texts);
  const known = new Set(before.problems.map(identify));
  const spoilt = findSpoilt(edits, { before, after: checked });
  const broken = checked.problems.filter((problem) => problem.severity === 'error' && !known.has(identify(problem)));
  const differences = listDifferences(checked);
  const faults = edits.flatMap((edit): [ResourceEdit, string][] => {
    const differs = differences.get(edit.address)?.some((pointer) => !edit.kept.has(topLevelFieldOf(pointer))) ?? false;
    const isRefused = edit.edits.some(({ path, index }) => refused.has(`${path}#${index}`));
    const ofText =
      isRefused || differs
        ? explainTextFile(edit, before)
        : spoilt !== undefined
          ? explainTextFile(edit, before, spoilt)
          : undefined;
    const reason =
      (isRefused ? (ofText ?? 'The value cannot be written so that it reads back the same.') : undefined) ??
      findBroken(edit, broken) ??
      ofText ??
      (differs ? 'The file would still differ from the tenant.' : undefined);
    return reason === undefined ? [] : [[edit, reason]];
  });
  if (faults.length > 0 || spoilt === undefined) return { texts, checked, faults: new Map(faults) };
  // The text moved in its list, so no edit shows that it writes to the file.
  const reason =
    `It would also change ${spoilt}, which uses the same text file. ` +
    'Give each its own text file, then run: limio-sync pull';
  return { texts, checked, faults: new Map(edits.map((edit) => [edit, reason])) };
}

/** An object without an edit whose declared value changes: only a text file that it shares can do that. */
function findSpoilt(
  edits: readonly ResourceEdit[],
  { before, after }: Record<'before' | 'after', ValidatedSources>,
): Address | undefined {
  const edited = new Set(edits.map(({ address }) => address));
  const old = new Map(before.resources.map(({ address, body }) => [address, body]));
  return after.resources.find(
    ({ address, body }) => !edited.has(address) && old.has(address) && !jsonEqual(old.get(address), body),
  )?.address;
}

type BadFields = Map<ResourceEdit, Map<string, string>>;

/**
 * The attributes and fields that fail when applied alone, with the reason: an edit may fail only because
 * another one in its file does. If none fails alone, all of them are undone.
 */
function findBadFields(
  faults: Attempt['faults'],
  sources: readonly SourceText[],
  before: ValidatedSources,
  tools: SettleTools,
): BadFields {
  const alone = [...faults.keys()].map((edit): [ResourceEdit, Map<string, string>] => [
    edit,
    findBadAlone(edit, sources, before, tools),
  ]);
  const bad = alone.filter(([, fields]) => fields.size > 0);
  if (bad.length > 0) return new Map(bad);
  return new Map(
    [...faults].map(([edit, reason]) => [edit, new Map(edit.fields.map((path) => [topLevelFieldOf(path), reason]))]),
  );
}

function findBadAlone(
  edit: ResourceEdit,
  sources: readonly SourceText[],
  before: ValidatedSources,
  tools: SettleTools,
): Map<string, string> {
  const fields = [...new Set(edit.fields.map(topLevelFieldOf))];
  return new Map(
    fields.flatMap((field): [string, string][] => {
      const single = tools.rebuild(edit.address, new Set(fields.filter((other) => other !== field)));
      const [reason] = single ? tryEdits([single], sources, before, tools).faults.values() : [];
      return reason === undefined ? [] : [[field, reason]];
    }),
  );
}

function frozenBy(conflicts: readonly PullConflict[], address: Address): Set<string> {
  return new Set(
    conflicts.filter((conflict) => conflict.address === address).map(({ pointer }) => topLevelFieldOf(pointer)),
  );
}

function applyEdits(
  edits: readonly ResourceEdit[],
  sources: readonly SourceText[],
): { texts: SourceText[]; refused: Set<string> } {
  const byFile = new Map<string, DocumentEdit[]>();
  for (const { path, index, value } of edits.flatMap((one) => one.edits))
    byFile.set(path, [...(byFile.get(path) ?? []), { index, value }]);
  const refused = new Set<string>();
  let textFiles = listTextFiles(sources);
  const texts = sources.map((source) => {
    const own = byFile.get(source.path);
    if (!own) return source;
    const edited = editFile(source.path, source.text, own, textFiles);
    for (const index of edited.refused) refused.add(`${source.path}#${index}`);
    textFiles = edited.textFiles ?? textFiles;
    return { ...source, text: edited.text };
  });
  return { texts: texts.map((source) => textFiles.get(source.path) ?? source), refused };
}

/** An error counts against every edit of its file: lines have moved, so its cause is unknown. */
function findBroken({ edits }: ResourceEdit, broken: readonly Problem[]): string | undefined {
  // A problem in the file of a text names the place of its tag too.
  const problem = broken.find(({ file, related = [] }) =>
    [file, ...related.map((place) => place.file)].some((one) => edits.some(({ path }) => path === one)),
  );
  return problem && `validate would refuse the file: ${problem.code}: ${problem.message}`;
}

function toConflict(edit: ResourceEdit, name: string, reason: string, { locate }: ValidatedSources): PullConflict {
  const field = edit.fields.find((path) => topLevelFieldOf(path) === name) ?? '';
  const depth = field.startsWith('/attributes/') ? 3 : 2;
  const pointer = field.split('/').slice(0, depth).join('/');
  const source = locate(edit.address, pointer) ?? { file: edit.edits[0]?.path ?? '', line: 1, col: 1 };
  return { code: 'PULL_UNWRITABLE', address: edit.address, pointer, source, reason };
}

function identify({ file, code, message }: Problem): string {
  return JSON.stringify([file, code, message]);
}
