import { LimioError } from '../errors/errors.js';

/** A failure of the disk as our error; ours pass as they are. */
export function refuseUnwritable(file: string, error: unknown): LimioError {
  if (error instanceof LimioError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LimioError({
    code: 'JOURNAL_UNWRITABLE',
    message: `${file} cannot be written (${reason}). Nothing is sent that is not written down first.`,
    hint: 'Make room on the disk, or make the folder .limio of the repository writable, then run the command again.',
    details: { file },
    cause: error,
  });
}
