import type { Address } from '../model/address.js';
import { type Json, type JsonObject, formatPointer, isJsonObject, jsonEqual } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import type { PullConflict } from '../model/pull.js';
import type { DocumentPath, SourceText } from '../source/documents.js';
import { type DocumentEdit, editFile } from '../source/edit/edit.js';
import type { ValidatedSources } from '../source/source.js';
import { type CellEdit, setCells } from '../source/tables/csv.js';
import { listTextFiles } from '../source/text-files.js';
import { type ResourceEdit, topLevelFieldOf } from './pull-declared.js';
import { type SharedEdit, shareEdits } from './share-edits.js';
import { explainTextFile } from './text-file-faults.js';
import type { Use } from './uses.js';

export interface SettleTools {
  /** The files without edits, checked. */
  before: ValidatedSources;
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
  const { before } = tools;
  const conflicts: PullConflict[] = [];
  let edits = [...wanted];
  for (;;) {
    const attempt = tryEdits(edits, sources, tools);
    if (attempt.faults.size === 0) {
      return { edits: attempt.edits, sources: attempt.texts, checked: attempt.checked, conflicts };
    }
    const bad = findBadFields(attempt.faults, sources, tools);
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
  /** With the edits of what objects share. */
  edits: ResourceEdit[];
  texts: SourceText[];
  checked: ValidatedSources;
  /** Why an edit fails. */
  faults: Map<ResourceEdit, string>;
}

function tryEdits(
  wanted: readonly ResourceEdit[],
  sources: readonly SourceText[],
  { before, validate, listDifferences }: SettleTools,
): Attempt {
  const edits = withShared(wanted, before);
  const { texts, refused } = applyEdits(edits, sources);
  const checked = validate(texts);
  const known = new Set(before.problems.map(identify));
  const spoilt = findSpoilt(edits, { before, after: checked });
  const broken = checked.problems.filter((problem) => problem.severity === 'error' && !known.has(identify(problem)));
  const differences = listDifferences(checked);
  const faults = edits.flatMap((edit, i): [ResourceEdit, string][] => {
    const differs = differences.get(edit.address)?.some((pointer) => !edit.kept.has(topLevelFieldOf(pointer))) ?? false;
    const isRefused = refused.has(edit.address);
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
    return reason === undefined ? [] : [[wanted[i] ?? edit, reason]];
  });
  if (faults.length > 0 || spoilt === undefined) return { edits, texts, checked, faults: new Map(faults) };
  // The text moved in its list, so no edit shows that it writes to the file.
  const reason =
    `It would also change ${spoilt}, which uses the same text file. ` +
    'Give each its own text file, then run: limio-sync pull';
  return { edits, texts, checked, faults: new Map(wanted.map((edit) => [edit, reason])) };
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
function findBadFields(faults: Attempt['faults'], sources: readonly SourceText[], tools: SettleTools): BadFields {
  const alone = [...faults.keys()].map((edit): [ResourceEdit, Map<string, string>] => [
    edit,
    findBadAlone([edit], sources, tools).get(edit) ?? new Map(),
  ]);
  const bad = alone.filter(([, fields]) => fields.size > 0);
  if (bad.length > 0) return new Map(bad);
  // What several objects share changes only for all of them.
  const together = findBadAlone([...faults.keys()], sources, tools);
  if (together.size > 0) return together;
  return new Map(
    [...faults].map(([edit, reason]) => [edit, new Map(edit.fields.map((path) => [topLevelFieldOf(path), reason]))]),
  );
}

function fieldsOf({ fields }: ResourceEdit): string[] {
  return [...new Set(fields.map(topLevelFieldOf))];
}

/** The fields that fail when no other field of these objects is written. */
function findBadAlone(edits: readonly ResourceEdit[], sources: readonly SourceText[], tools: SettleTools): BadFields {
  const bad: BadFields = new Map();
  for (const field of new Set(edits.flatMap(fieldsOf))) {
    const single = edits.flatMap((edit): [ResourceEdit, ResourceEdit][] => {
      const others = fieldsOf(edit).filter((other) => other !== field);
      const rebuilt = tools.rebuild(edit.address, new Set(others));
      return rebuilt ? [[rebuilt, edit]] : [];
    });
    const original = new Map(single);
    for (const [rebuilt, reason] of tryEdits([...original.keys()], sources, tools).faults) {
      const edit = original.get(rebuilt);
      if (edit && fieldsOf(edit).includes(field)) bad.set(edit, (bad.get(edit) ?? new Map()).set(field, reason));
    }
  }
  return bad;
}

function frozenBy(conflicts: readonly PullConflict[], address: Address): Set<string> {
  return new Set(
    conflicts.filter((conflict) => conflict.address === address).map(({ pointer }) => topLevelFieldOf(pointer)),
  );
}

/** An error counts against every edit of its file: lines have moved, so its cause is unknown. */
function findBroken({ edits, cells }: ResourceEdit, broken: readonly Problem[]): string | undefined {
  const paths = new Set([...edits, ...cells].map(({ path }) => path));
  // A problem in the file of a text names the place of its tag too.
  const problem = broken.find(({ file, row, related = [] }) =>
    [file, row?.file ?? file, ...related.map((place) => place.file)].some((one) => paths.has(one)),
  );
  return problem && `validate would refuse the file: ${problem.code}: ${problem.message}`;
}

function toConflict(edit: ResourceEdit, name: string, reason: string, { locate }: ValidatedSources): PullConflict {
  const field = edit.fields.find((path) => topLevelFieldOf(path) === name) ?? '';
  const depth = field.startsWith('/attributes/') ? 3 : 2;
  const pointer = field.split('/').slice(0, depth).join('/');
  const source = locate(edit.address, pointer) ?? {
    file: [...edit.edits, ...edit.cells][0]?.path ?? '',
    line: 1,
    col: 1,
  };
  return { code: 'PULL_UNWRITABLE', address: edit.address, pointer, source, reason };
}

function identify({ file, code, message }: Problem): string {
  return JSON.stringify([file, code, message]);
}

/** The edits of objects together with those of the lines and cells that they share. */
function withShared(edits: readonly ResourceEdit[], before: ValidatedSources): ResourceEdit[] {
  const targets = edits.flatMap((edit) => edit.targets);
  if (targets.length === 0) return [...edits];
  const shared = shareEdits(targets, before);
  const documents = mergeDocuments(shared.edits);
  const byAddress = new Map<Address, { edit: SharedEdit; use: Use }[]>();
  for (const edit of shared.edits) {
    for (const use of edit.users) {
      const own = byAddress.get(use.target.address);
      if (own) own.push({ edit, use });
      else byAddress.set(use.target.address, [{ edit, use }]);
    }
  }
  return edits.map((edit) => {
    const own = byAddress.get(edit.address) ?? [];
    const refused = shared.conflicts.filter(({ address }) => address === edit.address);
    const written = own.map(({ edit: { path }, use }) => ({ path, pointer: formatPointer(use.path.map(String)) }));
    const fields = new Set(written.map(({ pointer }) => topLevelFieldOf(pointer)));
    const lost = new Set(refused.map(({ pointer }) => topLevelFieldOf(pointer)));
    return {
      ...edit,
      edits: [...edit.edits, ...new Set(own.flatMap((one) => documents.get(one.edit) ?? []))],
      cells: own.flatMap(({ edit: one }) => (one.document ? [] : [{ ...one.cell, path: one.path }])),
      written,
      conflicts: [...edit.conflicts, ...refused],
      fields: edit.fields.filter((field) => !lost.has(topLevelFieldOf(field)) || fields.has(topLevelFieldOf(field))),
      kept: new Set([...edit.kept, ...lost]),
    };
  });
}

/** One edit for each document, with all its new values. */
function mergeDocuments(edits: readonly SharedEdit[]): Map<SharedEdit, ResourceEdit['edits'][number]> {
  const byDocument = new Map<string, ResourceEdit['edits'][number]>();
  const merged = new Map<SharedEdit, ResourceEdit['edits'][number]>();
  for (const edit of edits) {
    if (!edit.document) continue;
    const { path, document, at, value } = edit;
    const key = `${path}#${document.index}`;
    // A base below a document lacks the keys that only name it.
    const whole = document.file.documents.find(({ index }) => index === document.index) ?? document;
    const known = byDocument.get(key) ?? { path, index: document.index, value: whole.value };
    known.value = setAt(known.value, at, value);
    byDocument.set(key, known);
    merged.set(edit, known);
  }
  return merged;
}

/** A value with another one at a path, through objects and lists. */
function setAt(value: Json | undefined, [part, ...rest]: DocumentPath, wanted: Json): Json {
  if (part === undefined) return wanted;
  if (Array.isArray(value)) return value.map((one, i) => (i === Number(part) ? setAt(one, rest, wanted) : one));
  const entries = new Map(Object.entries((isJsonObject(value) ? value : {}) satisfies JsonObject));
  entries.set(String(part), setAt(entries.get(String(part)), rest, wanted));
  return Object.fromEntries(entries);
}

/** The texts with the edits, and the objects of which an edit would not read back. */
function applyEdits(
  edits: readonly ResourceEdit[],
  sources: readonly SourceText[],
): { texts: SourceText[]; refused: Set<Address> } {
  const byFile = new Map<string, Map<number, DocumentEdit>>();
  const byTable = new Map<string, CellEdit[]>();
  for (const { path, index, value } of edits.flatMap((one) => one.edits)) {
    const own = byFile.get(path) ?? new Map<number, DocumentEdit>();
    byFile.set(path, own.set(index, { index, value }));
  }
  for (const { path, ...cell } of edits.flatMap((one) => one.cells)) {
    const own = byTable.get(path);
    if (own) own.push(cell);
    else byTable.set(path, [cell]);
  }
  const refused = new Set<string>();
  let textFiles = listTextFiles(sources);
  const texts = sources.map((source) => {
    const { path } = source;
    const cells = byTable.get(path);
    if (cells)
      return { ...source, text: editTable(source.text, cells, (cell) => refused.add(keyOf({ ...cell, path }))) };
    const own = byFile.get(path);
    if (!own) return source;
    const edited = editFile(path, source.text, [...own.values()], textFiles);
    for (const index of edited.refused) refused.add(`${path}#${index}`);
    textFiles = edited.textFiles ?? textFiles;
    return { ...source, text: edited.text };
  });
  const failed = edits.filter(
    (edit) =>
      edit.edits.some(({ path, index }) => refused.has(`${path}#${index}`)) ||
      edit.cells.some((cell) => refused.has(keyOf(cell))),
  );
  return {
    texts: texts.map((source) => textFiles.get(source.path) ?? source),
    refused: new Set(failed.map(({ address }) => address)),
  };
}

function keyOf({ path, row, column }: CellEdit & { path: string }): string {
  return JSON.stringify([path, row, column]);
}

/** All cells at once; when one of them cannot be written, each that can. */
function editTable(text: string, cells: readonly CellEdit[], refuse: (cell: CellEdit) => void): string {
  const all = trySet(text, cells);
  if (all !== undefined) return all;
  return cells.reduce((before, cell) => {
    const after = trySet(before, [cell]);
    if (after === undefined) refuse(cell);
    return after ?? before;
  }, text);
}

function trySet(text: string, cells: readonly CellEdit[]): string | undefined {
  try {
    return setCells(text, cells);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
