import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { asObject, type Json, type JsonObject, isJsonObject, mergePatch } from '../../src/model/json.js';

const ROOT = join(import.meta.dirname, '../..');

export interface ExampleFile {
  /** Relative to the repository root. */
  file: string;
  text: string;
  resources: JsonObject[];
}

/** Every YAML file below a folder of the repository, tests aside. Throws at the first syntax error. */
export function readExampleFiles(folder: string): ExampleFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const text = readFileSync(join(ROOT, file), 'utf8');
      const documents = parseAllDocuments(text);
      if (!Array.isArray(documents)) throw new Error(`${file} is empty`);
      const written = documents.map((document) => toResource(file, document));
      return { file, text, resources: written.flatMap((document) => expandTemplate(dirname(file), document)) };
    });
}

/**
 * The resources of a template, by means of its own so that it can disagree with the program: none for a base, one for
 * each row for a table without quotes, the document itself for others.
 */
function expandTemplate(folder: string, { for_each, extends: extended, ...document }: JsonObject): JsonObject[] {
  if (document['kind'] === 'base') return [];
  const bases = getTexts(extended).map((path) => readBase(join(folder, path)));
  const [first, ...others] = [...bases, document];
  const merged = others.reduce<JsonObject>((below, above) => asObject(mergePatch(below, above)), first);
  if (for_each === undefined) return [merged];
  const partners = readRows(join(folder, getText(for_each, 'join', 'table')));
  const on = getText(for_each, 'join', 'on');
  return readRows(join(folder, getText(for_each, 'table')))
    .filter((row) => Object.entries(asObject(getIn(for_each, 'where'))).every(([column, text]) => row[column] === text))
    .map((row) => ({ ...row, ...partners.find((partner) => partner[on] === row[on]) }))
    .map((row) => asObject(fillIn(merged, row) ?? null));
}

function readBase(file: string): JsonObject {
  const [document] = parseAllDocuments(readFileSync(join(ROOT, file), 'utf8'));
  if (!document) throw new Error(`${file} is empty`);
  const { kind: _kind, ...base } = toResource(file, document);
  return base;
}

function readRows(file: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i] ?? '', cell])));
}

function fillIn(value: Json, row: Record<string, string>): Json | undefined {
  if (typeof value === 'string') {
    const names = [...value.matchAll(/\$\{each\.(\w+)\?\}/g)].map(([, name = '']) => name);
    if (names.some((name) => row[name] === '')) return undefined;
    return value.replaceAll(/\$\{each\.(\w+)\??\}/g, (_match, name: string) => row[name] ?? '');
  }
  if (Array.isArray(value)) return value.flatMap((one) => fillIn(one, row) ?? []);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]): [string, Json][] => {
      const filled = fillIn(child, row);
      return filled === undefined ? [] : [[key, filled]];
    }),
  );
}

function toResource(file: string, document: { errors: Error[]; toJS(): unknown }): JsonObject {
  const [error] = document.errors;
  if (error) throw new Error(`${file}: ${error.message}`);
  const value = document.toJS();
  if (!isJsonObject(value)) throw new Error(`${file} holds a document that is no object`);
  return value;
}

/** One file of the seed, which must be an array. */
export function readSeed(name: string): Json[] {
  const value: unknown = JSON.parse(readFileSync(join(ROOT, 'seed/acme-press', `${name}.json`), 'utf8'));
  if (!Array.isArray(value)) throw new Error(`${name}.json is no array`);
  return value as Json[];
}

/** A value deep inside, by keys and indexes; null when it is not there. */
export function getIn(value: Json | undefined, ...path: (string | number)[]): Json {
  let found: Json | undefined = value;
  for (const key of path) {
    if (Array.isArray(found) && typeof key === 'number') found = found[key];
    else if (isJsonObject(found) && Object.hasOwn(found, key)) found = found[key];
    else return null;
  }
  return found ?? null;
}

export function getText(value: Json | undefined, ...path: (string | number)[]): string {
  const found = getIn(value, ...path);
  if (typeof found !== 'string') throw new Error(`no text at ${path.join('/')}`);
  return found;
}

export function getList(value: Json | undefined, ...path: (string | number)[]): Json[] {
  const found = getIn(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The texts of a list, or the one text; nothing when there is none. */
export function getTexts(value: Json | undefined, ...path: (string | number)[]): string[] {
  const found = getIn(value, ...path);
  return (Array.isArray(found) ? found : [found]).filter((text) => typeof text === 'string');
}
