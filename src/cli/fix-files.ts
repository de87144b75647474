import { join } from 'node:path';
import { writeFileSafely } from '../journal/write-file-safely.js';
import type { LocatedFinding } from '../lint/lint-result.js';
import { type TextFix, fixText } from '../source/fix-text.js';
import type { SourceText, ValidatedSources } from '../source/validate-sources.js';

/** Makes the fixes that findings offer, file by file; gives back all texts as they are now, and how many fixes were made. */
export function fixFiles(root: string, files: readonly SourceText[], checked: ValidatedSources, findings: readonly LocatedFinding[]): { files: SourceText[]; fixed: number } {
  let fixed = 0;
  const byPath = new Map(checked.files.map((file) => [file.path, file]));
  const now = files.map((source) => {
    const fixes = findings.filter(({ file }) => file === source.path).flatMap((finding) => toTextFix(finding, checked));
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

function toTextFix({ address, fix }: LocatedFinding, checked: ValidatedSources): TextFix[] {
  if (!fix) return [];
  if ('removeComment' in fix) return [fix];
  const document = address && checked.findOrigin(address, fix.pointer)?.document;
  return document ? [{ document, ...fix }] : [];
}
