import { join } from 'node:path';
import type { Recovery, RunHead } from '../model/run.js';
import { refuseUnwritable } from './refuse-unwritable.js';
import { RUN_FILES } from './run-files.js';
import { writeFileSafely } from './write-file-safely.js';

/** Notes what was found after a crash, so that it is told once. @throws LimioError JOURNAL_UNWRITABLE. */
export function recordRecovery(
  { folder }: Pick<RunHead, 'folder'>,
  recovery: Recovery,
  redact: (text: string) => string,
): void {
  const file = join(folder, RUN_FILES.recovery);
  try {
    writeFileSafely(file, redact(`${JSON.stringify(recovery, null, 2)}\n`));
  } catch (error) {
    throw refuseUnwritable(file, error);
  }
}
