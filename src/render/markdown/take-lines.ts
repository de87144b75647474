import { groupDigits } from '../count-things.js';
import { countBytes } from './count-bytes.js';

/** Room for the line that tells how many are left out. */
const MORE_BYTES = 60;

/** As many items as fit under a heading, and how many do not; nothing when not even that fits. */
export function takeLines(
  heading: readonly string[],
  items: readonly (readonly string[])[],
  maxBytes: number,
): string[] {
  if (items.length === 0) return [];
  const all = [...heading, ...items.flat()];
  if (countBytes(all) <= maxBytes) return all;
  const lines = [...heading];
  let room = maxBytes - countBytes(heading) - MORE_BYTES;
  if (room < 0) return [];
  let taken = 0;
  for (const item of items) {
    const size = countBytes(item);
    if (size > room) break;
    lines.push(...item);
    room -= size;
    taken += 1;
  }
  const left = groupDigits(items.length - taken);
  return [...lines, taken === 0 ? `- ${left} in all, without room to name them` : `- and ${left} more`];
}
