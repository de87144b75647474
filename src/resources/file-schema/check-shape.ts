import type { z } from 'zod';
import { type Json, isJsonObject } from '../../model/json.js';
import { getAt } from './get-at.js';
import { type DocumentKind, getResourceDocument } from './resource-document.js';

type Path = (string | number)[];

/** One way in which a document does not fit its schema, free of the schema library's words. */
export type ShapeIssue =
  | { code: 'wrong-type'; path: Path; expected: string }
  | { code: 'missing'; path: Path }
  | { code: 'unknown-key'; path: Path; key: string }
  | { code: 'not-allowed'; path: Path; allowed: string[] }
  | { code: 'empty'; path: Path };

/** Every place where a document does not fit the schema of its kind. */
export function checkShape(kind: DocumentKind, document: Json): ShapeIssue[] {
  const parsed = getResourceDocument(kind).safeParse(document);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => toShapeIssues(issue, document, []));
}

function toShapeIssues(issue: z.core.$ZodIssue, document: Json, base: Path): ShapeIssue[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ code: 'unknown-key', path, key }));
    case 'invalid_union':
      return chooseBranch(issue.errors, path, document);
    case 'invalid_value': {
      if (getAt(document, path) === undefined) return [{ code: 'missing', path }];
      return [{ code: 'not-allowed', path, allowed: issue.values.map(String) }];
    }
    case 'too_small':
      return [{ code: 'empty', path }];
    case 'invalid_type':
      if (getAt(document, path) === undefined) return [{ code: 'missing', path }];
      return [{ code: 'wrong-type', path, expected: issue.expected }];
    default:
      return [{ code: 'wrong-type', path, expected: issue.code }];
  }
}

/**
 * A union fails with the complaints of every branch. Unions of scalars say which types they take;
 * of the elements of a journey people meant the raw form when the key `raw` is there, else the typed one.
 */
function chooseBranch(branches: readonly z.core.$ZodIssue[][], path: Path, document: Json): ShapeIssue[] {
  const value = getAt(document, path);
  const candidates = branches.map((issues) => issues.flatMap((issue) => toShapeIssues(issue, document, path)));
  const types = candidates.map((issues) =>
    issues.flatMap((issue) =>
      issue.code === 'wrong-type' && issue.path.length === path.length ? [issue.expected] : [],
    ),
  );
  if (!isJsonObject(value) || types.every((expected) => expected.length > 0)) {
    return [{ code: 'wrong-type', path, expected: [...new Set(types.flat())].join(' or ') }];
  }
  return (Object.hasOwn(value, 'raw') ? candidates.at(-1) : candidates[0]) ?? [];
}
