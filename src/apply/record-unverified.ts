import type { Change } from '../model/plan.js';
import { type ApplyRun, lookAgain, recordOutcome } from './apply-run.js';
import { describeFields } from './describe-fields.js';
import type { ReadBack } from './read-back.js';

/** Records an accepted write whose read-back is not what was sent. */
export function recordUnverified(run: ApplyRun, change: Change, back: ReadBack): void {
  if (back.state === 'unreadable') {
    recordOutcome(run, change, 'unverified', {
      error: {
        code: 'UNVERIFIED',
        message: `${change.address} was sent, but could not be read back: ${back.error.message}`,
        hint: lookAgain(run),
      },
    });
    return;
  }
  if (change.action === 'delete') {
    recordOutcome(run, change, 'unverified', {
      error: {
        code: 'UNVERIFIED',
        message: `${change.address} is still there after its deletion was accepted.`,
        hint: lookAgain(run),
      },
    });
    return;
  }
  const kept =
    back.fresh === undefined ? 'is not there' : `kept another value than was sent: ${describeFields(back.differences)}`;
  recordOutcome(run, change, 'unverified', {
    error: {
      code: 'UNVERIFIED',
      message: `${change.address} ${kept}.`,
      hint: 'Declare that value, or name the field under `ignore` of the environment',
    },
    differences: back.differences,
  });
}
