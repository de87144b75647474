import type { Alias, Document, LineCounter, Node } from 'yaml';
import type { ProblemCode } from '../errors/codes.js';
import type { Address, Kind } from '../model/address.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import type { parseDocuments } from './parse.js';
import type { VariableValue } from './variables.js';

export interface SourceText {
  /** Relative to the root, with forward slashes. */
  path: string;
  text: string;
  /**
   * Of a file with overlays: the folder in which it lies, named like its environment; empty when it
   * lies in none. Absent: the file declares resources.
   */
  overlay?: string;
}

export interface SourceContext {
  /**
   * The environments to check for. Resources are those of the first one; a variable must exist in
   * all of them. None: no variable has a value.
   */
  environments: readonly { name: string; vars: Readonly<Record<string, VariableValue>> }[];
  /** Every environment that files may name; those to check for when absent. */
  environmentNames?: readonly string[];
  /** Variables of the process that files may name; undefined stands for one that is not set. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where files were looked for, named when there are none. */
  lookedIn?: readonly string[];
  /** Problems met while reading the files. */
  readProblems?: readonly Problem[];
  /** Instead of {@link parseDocuments}, for a caller that checks the same texts several times. */
  parse?: typeof parseDocuments;
}

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

/** Something wrong at a path of a document; its place in the file is looked up later. */
export interface Finding {
  code: ProblemCode;
  path: DocumentPath;
  /** Which half of a pair the caret points at; the value when absent. */
  on?: 'key' | 'value';
  /** One sentence. */
  message: string;
  hint?: string;
  /** Of a variable that an environment lacks: findings that differ by the environment alone are told as one. */
  lacks?: { variable: string; environment: string };
}

/** A document of a known kind as rules see it: variables are filled in, types may still be wrong. */
export interface CheckedDocument {
  kind: Kind;
  value: JsonObject;
  /** The text of a scalar as written in the file, where it is known. */
  readSourceText(path: DocumentPath): string | undefined;
}

/** Looks at one document for one sort of mistake. Wrong types are not its business: it passes them over. */
export type Rule = (document: CheckedDocument) => Finding[];

/** A document that says which resource it declares; it may still have errors. */
export interface Declaration {
  document: ParsedDocument;
  kind: Kind;
  address: Address;
  /** The key of the file that holds the name: `path`, `promoCode` or `name`. */
  identityKey: string;
  /** With variables filled in. */
  value: JsonObject;
}
