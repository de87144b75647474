import type { Alias, Document, LineCounter, Node } from 'yaml';
import type { Json, JsonObject } from '../model/json.js';
import type { Problem } from '../model/problem.js';

/** A step into a document: a key or an index. */
export type PathPart = string | number;
export type DocumentPath = readonly PathPart[];

/** One YAML file, taken apart. The nodes stay, so that problems have positions and edits keep comments. */
export interface ParsedFile {
  /** Relative to the root of the repository, with forward slashes. */
  path: string;
  /** Without the byte order mark. */
  text: string;
  hasByteOrderMark: boolean;
  lines: LineCounter;
  /** Documents that are not empty. */
  documents: ParsedDocument[];
  /** What is wrong with the YAML itself. */
  problems: Problem[];
}

export interface ParsedDocument {
  file: ParsedFile;
  /** Index among all documents of the file, empty ones included. */
  index: number;
  yaml: Document;
  value: Json;
  /** What each alias stands for. */
  aliases: ReadonlyMap<Alias, Node>;
  /** True when the YAML has errors: the value is not the whole truth and is not checked further. */
  broken: boolean;
  /** Present when `value` is that of a base with an overlay merged over it. The rest is the base's. */
  layers?: Layers;
}

/** A resource of one environment as its two files hold it. */
export interface Layers {
  base: ParsedDocument;
  overlay: ParsedDocument;
  /** What the overlay says, without the keys that only name the resource. */
  patch: JsonObject;
}
