/**
 * What a file becomes, stage by stage: SourceText, ParsedFile with its ParsedDocuments, CheckedDocument,
 * Declaration, and in the end a DesiredResource. Rules report a Finding at a path of a document.
 */
import type { Alias, Document, LineCounter, Node, Scalar } from 'yaml';
import type { ProblemCode } from '../errors/codes.js';
import type { Address, Kind } from '../model/address.js';
import type { Json, JsonObject, VariableValue } from '../model/json.js';
import type { Position, Problem } from '../model/problem.js';

export interface SourceText {
  /** Relative to the root, with forward slashes. */
  path: string;
  text: string;
  /**
   * Set for files below the folder of overlays: the environment that their folder is named for, or ''
   * for a file outside these folders.
   */
  overlay?: string;
  /**
   * Absent for a file of YAML documents. `text`: a `!file` tag names it. `table`: `for_each` names this CSV file.
   * `base`: `extends` names it, and no pattern of the configuration matches it. `code`: a program that exports
   * resources.
   */
  role?: 'text' | 'table' | 'base' | 'code';
  /** Why it cannot be used; reported where it is named. */
  fault?: { message: string; hint?: string };
  /** What code exports. */
  exported?: readonly ExportedResource[];
}

/** One resource of a program, and where the program made it, as far as that is known. */
export interface ExportedResource {
  value: unknown;
  line: number;
  col: number;
  /** Why there is no value. */
  fault?: { message: string; hint?: string };
}

export interface SourceContext {
  /**
   * The environments to check. The first one provides the resources; a variable must have a value in
   * all of them. Without any, no variable has a value.
   */
  environments: readonly { name: string; vars: Readonly<Record<string, VariableValue>> }[];
  /** Every environment that files may name; `environments` when absent. */
  environmentNames?: readonly string[];
  /** Process variables that files may read; undefined where one is not set. */
  env?: Readonly<Record<string, string | undefined>>;
  /** The patterns of the files, for the problem EMPTY_FILES. */
  lookedIn?: readonly string[];
  /** Problems found while reading the files. */
  readProblems?: readonly Problem[];
  /** `parseDocuments` when absent; `rememberParsed` for callers that check the same texts several times. */
  parse?: (path: string, text: string, textFiles?: TextFiles) => ParsedFile;
}

/** The files that `!file` tags name, by their path from the root. */
export type TextFiles = ReadonlyMap<string, SourceText>;

/** A key or an index. */
export type PathPart = string | number;

export type DocumentPath = readonly PathPart[];

/** One YAML file. It keeps the nodes, so that problems have positions and edits keep comments. */
export interface ParsedFile {
  /** Relative to the root, with forward slashes. */
  path: string;
  /** Without the byte order mark. */
  text: string;
  hasByteOrderMark: boolean;
  lines: LineCounter;
  /** Documents that are not empty, without `holders`. */
  documents: ParsedDocument[];
  /** Documents with only `x-` keys: they declare nothing, their anchors are for the documents below. */
  holders: ParsedDocument[];
  /** Errors of the YAML itself. */
  problems: Problem[];
  /** The paths, from the root, that `!file` tags name. */
  textPaths: Set<string>;
  /** The files of the repository that such tags may name. */
  textFiles: TextFiles;
}

export interface ParsedDocument {
  file: ParsedFile;
  /** Index among all documents of the file, empty ones included. */
  index: number;
  yaml: Document;
  value: Json;
  /** The node that each alias of the file refers to, maybe in an earlier document. */
  aliases: ReadonlyMap<Alias, Node>;
  /** The file that holds the text of a node with a `!file` tag, for all nodes of the YAML file. */
  textFiles: ReadonlyMap<Node, SourceText>;
  /** Values whose JSON text differs from their text in the file. */
  respelled: readonly Scalar[];
  /** The YAML has errors, so `value` may be incomplete and is not checked. */
  broken: boolean;
  /** Set for what code makes, which has no YAML. */
  place?: Position;
  /** How `value` was made from other documents; absent for a document as its file holds it. */
  derivation?: Derivation;
}

/** The last step that made a document. The documents that it names may be made from others, too. */
export type Derivation =
  | Layered
  | {
      by: 'row';
      /** `value` with references to `each`. */
      template: ParsedDocument;
      row: Row;
      /** What the template has instead of a part of a path, by the JSON text of the path that ends with it. */
      parts: ReadonlyMap<string, PathPart>;
      /** References that have no value. */
      findings: readonly Finding[];
    };

/**
 * An overlay merged over the document that it names, or a document over its bases. Every other field is
 * that of the document which declares the resource.
 */
export interface Layered {
  by: 'overlay' | 'extends';
  below: ParsedDocument;
  above: ParsedDocument;
  /** The value of `above` without the keys that only name the resource. */
  patch: JsonObject;
}

/** A row that fills in a template. */
export interface Row {
  /** By column. */
  values: JsonObject;
  /** The environments that have it; undefined for all. */
  environments?: ReadonlySet<string>;
  /** The place of a cell, or of the whole row. */
  locate: (column?: string) => Position & { length: number };
  /** The cell of a CSV file; undefined for rows in YAML. */
  findCell: (column: string) => TableCell | undefined;
  /** Where the template holds the value of a row in YAML; undefined for keys and for the rows of a table. */
  findPath?: (column: string) => DocumentPath | undefined;
}

/** A cell of a CSV file. */
export interface TableCell {
  /** The path of the file. */
  table: string;
  /** Index among the rows, without the header. */
  row: number;
  column: string;
}

/** A mistake at a path of a document; `reportFindings` turns it into a problem with a position. */
export interface Finding {
  code: ProblemCode;
  path: DocumentPath;
  /** Which half of a pair the caret points at; the value when absent. */
  on?: 'key' | 'value';
  /** Of the mistake in a text, for texts in files of their own. */
  offset?: number;
  /** For a mistake in a cell: its place. The path says where the document uses it. */
  cell?: Position & { length: number };
  /** One sentence. */
  message: string;
  hint?: string | undefined;
  /** A variable without a value: findings that differ only in the environment become one problem. */
  lacks?: { variable: string; environment: string };
}

/** A document of a known kind as rules see it: variables have values, types may still be wrong. */
export interface CheckedDocument {
  kind: Kind;
  value: JsonObject;
  /** A scalar as it is written in the file, `0012` or `12.90`, where that is known. */
  readSourceText(path: DocumentPath): string | undefined;
}

/** Finds one sort of mistake in one document. Rules skip values of a wrong type: `checkShape` reports those. */
export type Rule = (document: CheckedDocument) => Finding[];

/** A document that names the resource that it declares; it may have errors. */
export interface Declaration {
  document: ParsedDocument;
  kind: Kind;
  address: Address;
  /** The key that holds the name: `path`, `promoCode` or `name`. */
  identityKey: string;
  /** With the values of variables. */
  value: JsonObject;
}
