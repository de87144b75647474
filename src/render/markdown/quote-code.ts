import { escapeTerminal } from '../escape-terminal.js';
import { shortenText } from '../shorten-text.js';

const MOST_CHARACTERS = 200;

/**
 * Foreign text as a code span, in which a forge looks for no mention, reference, link, markup or
 * HTML. One line, whatever the text holds. Not for table cells, where a bar would end the cell.
 */
export function quoteCode(text: string, most = MOST_CHARACTERS): string {
  const shown = escapeTerminal(shortenText(text, most)) || '(empty)';
  const fence = '`'.repeat(longestRun(shown) + 1);
  // A space at both ends is taken off again, unless there is nothing else, and keeps a backtick off the fence.
  const pad = shown.trim() !== '' && /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}
