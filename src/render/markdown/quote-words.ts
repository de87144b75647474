import { escapeTerminal } from '../escape-terminal.js';
import { shortenText } from '../shorten-text.js';
import { quoteCode } from './quote-code.js';

const MOST_CHARACTERS = 600;
/** A word or a short number, with the punctuation of a sentence around it. */
const PLAIN = /^[("]?(\p{L}{1,40}(['’]\p{L}{1,2})?|[+-]?\d{1,4}([.,]\d{1,3})?|%|->)[)"]?[.,;:!?]?$/u;
const LIST_NUMBER = /^\d+[.)]$/;
const COMMIT = /[0-9a-f]{7,}/i;

/**
 * A sentence of ours in which foreign text may stand: every word that is more than letters becomes
 * code, so that no path, name or number in it is a mention, a reference, a link or markup.
 */
export function quoteWords(sentence: string): string {
  const shown = escapeTerminal(shortenText(sentence, MOST_CHARACTERS));
  const parts: { text: string; isCode: boolean }[] = [];
  for (const [i, word] of shown
    .split(' ')
    .filter((one) => one !== '')
    .entries()) {
    const isCode = !PLAIN.test(word) || COMMIT.test(word) || (i === 0 && LIST_NUMBER.test(word));
    const last = parts.at(-1);
    if (last?.isCode === isCode) last.text += ` ${word}`;
    else parts.push({ text: word, isCode });
  }
  return parts.map(({ text, isCode }) => (isCode ? quoteEnd(text) : text.replaceAll('->', '→'))).join(' ');
}

/** The full stop of a sentence is not part of the path before it. */
function quoteEnd(text: string): string {
  const end = /[^.,;:!?][.,;:!?]$/.test(text) ? text.slice(-1) : '';
  return `${quoteCode(end === '' ? text : text.slice(0, -1), MOST_CHARACTERS * 9)}${end}`;
}
