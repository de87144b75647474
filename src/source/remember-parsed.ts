import { parseDocuments } from './parse-documents.js';
import type { ParsedFile } from './parsed-file.js';

/** {@link parseDocuments} that parses a text once, however often it is asked. For callers that do not edit what they get: all share it. */
export function rememberParsed(): typeof parseDocuments {
  const known = new Map<string, { text: string; file: ParsedFile }>();
  return (path, text) => {
    const before = known.get(path);
    if (before?.text === text) return before.file;
    const file = parseDocuments(path, text);
    known.set(path, { text, file });
    return file;
  };
}
