import { join } from 'node:path';
import { writeFileSafely } from '../../journal/files.js';
import type { LocatedFinding } from '../../lint/lint.js';
import type { SourceText } from '../../source/documents.js';
import { fixText, type TextFix } from '../../source/edit/fix-text.js';
import type { ValidatedSources } from '../../source/source.js';

/**
 * Makes the fixes that findings offer, file by file; gives back all texts as they are now, and how
 * many fixes were made. `checks` are the files as each environment reads them, parsed once for all.
 */
export function fixFiles(
  root: string,
  files: readonly SourceText[],
  checks: readonly ValidatedSources[],
  findings: readonly LocatedFinding[],
): { files: SourceText[]; fixed: number } {
  let fixed = 0;
  const byPath = new Map(checks.flatMap((checked) => checked.files).map((file) => [file.path, file]));
  const now = files.map((source) => {
    const fixes = findings.filter(({ file }) => file === source.path).flatMap((finding) => toTextFix(finding, checks));
    const parsed = byPath.get(source.path);
    if (!parsed || fixes.length === 0) return source;
    const made = fixText(parsed, fixes);
    if (made.fixed === 0) return source;
    fixed += made.fixed;
    const text = `${parsed.hasByteOrderMark ? '\uFEFF' : ''}${made.text}`;
    writeFileSafely(join(root, source.path), text);
    return { path: source.path, text };
  });
  return { files: now, fixed };
}

/** In the document that the finding is about: of the base, or of the overlay of any environment. */
function toTextFix({ file, address, fix }: LocatedFinding, checks: readonly ValidatedSources[]): TextFix[] {
  if (!fix) return [];
  if ('removeComment' in fix) return [fix];
  const documents = checks.flatMap((checked) => (address && checked.findOrigin(address, fix.pointer)?.document) ?? []);
  const document = documents.find((one) => one.file.path === file);
  return document ? [{ document, ...fix }] : [];
}
