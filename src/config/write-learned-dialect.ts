import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import type { EnvironmentConfig } from './config-schema.js';
import { layerDialect } from './layer-dialect.js';
import type { LearnedDialect } from './learned-dialect.js';
import { nameLearnedFile } from './read-learned-dialects.js';

export interface NewlyLearned {
  host: string;
  /** ISO 8601. */
  at: string;
  dialect: NonNullable<EnvironmentConfig['dialect']>;
  evidence: readonly { setting: string; value: LearnedDialect['evidence'][number]['value']; how: string }[];
}

/** What was learned now over what was known before. */
export function mergeLearned(
  known: LearnedDialect | undefined,
  { host, at, dialect, evidence }: NewlyLearned,
): LearnedDialect {
  const settings = new Set(evidence.map(({ setting }) => setting));
  const kept = (known?.evidence ?? []).filter(({ setting }) => !settings.has(setting));
  const all = [...kept, ...evidence.map((one) => ({ ...one, at }))].sort((a, b) =>
    a.setting < b.setting ? -1 : a.setting > b.setting ? 1 : 0,
  );
  return {
    $schema: '../node_modules/limio-sync/schema/dialect.json',
    formatVersion: 1,
    host,
    learned: at,
    dialect: layerDialect(known?.dialect ?? {}, dialect),
    evidence: all,
  };
}

/** Writes `dialects/<environment>.json` whole or not at all; gives its path within the repository. @throws LimioError LEARNED_UNWRITABLE. */
export function writeLearnedDialect(root: string, environment: string, learned: LearnedDialect): string {
  const file = nameLearnedFile(environment);
  const full = join(root, file);
  try {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(`${full}.draft`, `${JSON.stringify(learned, null, 2)}\n`);
    renameSync(`${full}.draft`, full);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LimioError({
      code: 'LEARNED_UNWRITABLE',
      message: `${file} cannot be written: ${reason}`,
      hint: 'What was found stands in the report. Make the folder writable and run the command again, or put the settings into limio.config.',
      cause: error,
    });
  }
  return file;
}
