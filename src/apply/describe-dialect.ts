import type { Dialect } from '../model/dialect.js';
import { parsePointer } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';
import { formatCommand } from '../model/text.js';

/**
 * Which dialect setting to doubt when the first bulk-update did not give what was sent (API
 * reference, section 4). `differences` go from the wanted state to what is live.
 */
export function describeDialectDoubt(
  unchanged: boolean,
  differences: readonly FieldChange[],
  dialect: Pick<Dialect, 'bulkUpdate'>,
  environment: string,
): string {
  const { wrapper, merge, removal } = dialect.bulkUpdate;
  const leftOver = differences.filter(({ before, show }) => before === undefined && show !== 'order');
  const wholeAttributes = leftOver.filter(({ path }) => parsePointer(path).length <= 2);
  const settings = [`dialect.bulkUpdate.wrapper (now ${wrapper})`, `dialect.bulkUpdate.merge (now ${merge})`];
  settings.push(`dialect.bulkUpdate.removal (now ${removal})`);
  // An attribute that should be gone and is not points to removal, a key inside one to merge; but
  // where nothing changed at all, a wrapper that was not understood explains it as well.
  const suspect =
    leftOver.length < differences.length
      ? unchanged
        ? settings[0]
        : undefined
      : wholeAttributes.length === leftOver.length
        ? unchanged
          ? `${settings[0]} or ${settings[2]}`
          : settings[2]
        : wholeAttributes.length === 0
          ? settings[1]
          : undefined;
  const first = suspect === undefined ? '' : `Most likely ${suspect}. `;
  return (
    `${first}Check ${settings.join(', ')} in limio.config.ts, then run: ${formatCommand('plan', '--env', environment)}. ` +
    'If the tenant only spells the value in its own way, declare that value, or name the field under `ignore` of the environment.'
  );
}
