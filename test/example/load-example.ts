import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Json, type JsonObject, isJsonObject } from '../../src/model/json.js';

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
      return { file, text, resources: documents.map((document) => toResource(file, document)) };
    });
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
