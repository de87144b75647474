/** A stretch of a text and what takes its place. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** The text with every stretch replaced; undefined when two of them overlap. Insertions at one place keep their order. */
export function applySplices(text: string, splices: readonly Splice[]): string | undefined {
  const ordered = splices
    .map((splice, order) => ({ ...splice, order }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let at = 0;
  let out = '';
  for (const splice of ordered) {
    if (splice.start < at) return undefined;
    out += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return out + text.slice(at);
}
