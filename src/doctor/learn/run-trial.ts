import { LimioError } from '../../errors/errors.js';
import type { Json } from '../../model/json.js';
import type { CanaryFinding, Trial } from './canary-finding.js';
import { Inconclusive } from './send-and-tell.js';

const RESTORE_ATTEMPTS = 4;

export interface TrialControl {
  isStopped: () => boolean;
  /** Called before the first attempt to put the object back. */
  onRestore: () => void;
}

/**
 * Tries on one object and puts it back, whatever happens in between: the object counts as restored
 * only when a reading says so. Throws for nothing that the tenant does.
 */
export async function runTrial(
  trial: Trial,
  saved: Json,
  { isStopped, onRestore }: TrialControl,
): Promise<CanaryFinding> {
  const finding: CanaryFinding = { address: trial.address, learned: [], notLearned: [], left: [], foreign: [] };
  try {
    await trial.run(saved, finding, isStopped);
  } catch (error) {
    finding.failure = describe(error);
  }
  onRestore();
  let differences: string[] | undefined;
  for (let attempt = 0; attempt <= RESTORE_ATTEMPTS; attempt++) {
    try {
      const now = await trial.read();
      if (now === undefined) return { ...finding, left: ['/'], failure: finding.failure ?? 'the object is gone' };
      const before = differences;
      differences = trial.listDifferences(saved, now);
      const ours = differences.filter((pointer) => trial.isOurs(saved, pointer));
      // A second attempt that changed nothing would be followed by a third like it.
      if (ours.length === 0 || attempt === RESTORE_ATTEMPTS || (attempt > 2 && before?.join() === differences.join()))
        break;
      await trial.restore(saved, now, finding);
    } catch (error) {
      finding.failure ??= describe(error);
      differences = undefined;
    }
  }
  if (differences === undefined)
    return { ...finding, left: ['/'], failure: finding.failure ?? 'the object could not be read back' };
  return {
    ...finding,
    left: differences.filter((pointer) => trial.isOurs(saved, pointer)),
    foreign: differences.filter((pointer) => !trial.isOurs(saved, pointer)),
  };
}

/** A mistake of ours must not keep the object from being put back, so it is told like the rest. */
function describe(error: unknown): string {
  if (error instanceof LimioError || error instanceof Inconclusive) return error.message;
  return `limio-sync met a situation it was not written for: ${error instanceof Error ? error.message : String(error)}`;
}
