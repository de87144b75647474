import type { ProblemCode } from '../errors/codes.js';
import type { DocumentPath } from './parsed-file.js';

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
