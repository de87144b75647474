import type { Problem } from '../model/problem.js';
import type { VariableValue } from './interpolate-variables.js';
import type { parseDocuments } from './parse-documents.js';

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
