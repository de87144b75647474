import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RUN_FILES } from '../journal/files.js';

/** The files of a run as they travel, by their names. */
export type RunFiles = Partial<Record<(typeof RUN_FILES)[keyof typeof RUN_FILES], string>>;

const FORMAT_VERSION = 1;

const document = z.object({
  kind: z.literal('limio-sync/run-record'),
  formatVersion: z.literal(FORMAT_VERSION),
  run: z.string(),
  sha256: z.string(),
  files: z.record(z.string(), z.string()),
});

const otherVersion = z.object({ kind: z.literal('limio-sync/run-record'), formatVersion: z.int() });

/** The files of a run as one text, with their hash. */
export function packRun(run: string, files: RunFiles): string {
  const head = { kind: 'limio-sync/run-record', formatVersion: FORMAT_VERSION, run, sha256: hashFiles(files) };
  return `${JSON.stringify({ ...head, files }, null, 1)}\n`;
}

/** Undefined for a text that was cut, edited by hand, or written by a version with another format. */
export function unpackRun(run: string, text: string): RunFiles | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = document.safeParse(value).data;
  if (parsed === undefined || parsed.run !== run) return undefined;
  // Other names would lead out of the folder of the run.
  const files: RunFiles = {};
  for (const name of Object.values(RUN_FILES)) {
    const content = parsed.files[name];
    if (content !== undefined) files[name] = content;
  }
  return hashFiles(files) === parsed.sha256 ? files : undefined;
}

/** The format version of a record that another version of limio-sync wrote; undefined for a damaged one. */
export function readFormatVersion(text: string): number | undefined {
  try {
    const head = otherVersion.safeParse(JSON.parse(text)).data;
    return head?.formatVersion === FORMAT_VERSION ? undefined : head?.formatVersion;
  } catch {
    return undefined;
  }
}

function hashFiles(files: RunFiles): string {
  const sorted = Object.values(RUN_FILES).map((name) => [name, files[name] ?? null]);
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
