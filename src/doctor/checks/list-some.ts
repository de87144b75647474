const SHOWN = 8;

/** The first few lines, and how many are left out. */
export function listSome(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`];
}
