/** A text that this tool wrote earlier: a comment, a note, an issue. */
export interface OwnText {
  id: string;
  body: string;
  url?: string;
}

/** What a write came to. `too-long`: nothing was written, because the host takes less. */
export type WriteAnswer = { kind: 'written'; url?: string } | { kind: 'too-long' };

/** Where texts are kept: the comments of a pull request, the notes of a merge request, issues. */
export interface TextStore {
  /** The first text of our own, and of nobody else, that begins with the marker. */
  findOwn(marker: string): Promise<OwnText | undefined>;
  create(body: string): Promise<WriteAnswer>;
  update(id: string, body: string): Promise<WriteAnswer>;
}
