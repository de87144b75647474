import { diffWordsWithSpace } from 'diff';

export interface WordPart {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Beyond these a word diff costs more than it tells. */
const MOST_CHARACTERS = 20_000;
const MOST_EDITS = 400;

/** The words that differ among those that stay; undefined when the texts are too long or too different. */
export function diffWords(before: string, after: string): WordPart[] | undefined {
  if (before.length + after.length > MOST_CHARACTERS) return undefined;
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  return (
    parts &&
    joinParts(
      parts.map(({ added, removed, value }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text: value })),
    )
  );
}

/** A space that stays between words that do not is part of the change: `[-ten years-]{+a whole+}`. */
function joinParts(parts: readonly WordPart[]): WordPart[] {
  const joined: WordPart[] = [];
  let change = { removed: '', added: '' };
  const close = (): void => {
    for (const kind of ['removed', 'added'] as const)
      if (change[kind] !== '') joined.push({ kind, text: change[kind] });
    change = { removed: '', added: '' };
  };
  for (const [i, { kind, text }] of parts.entries()) {
    const isBetween = kind === 'same' && text.trim() === '' && i > 0 && i < parts.length - 1;
    if (kind === 'same' && !isBetween) {
      close();
      joined.push({ kind, text });
    } else {
      if (kind !== 'added') change.removed += text;
      if (kind !== 'removed') change.added += text;
    }
  }
  close();
  return joined;
}
