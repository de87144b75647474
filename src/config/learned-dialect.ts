import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { formatConfigPath } from './config-problem.js';
import { dialectSchema } from './config-schema.js';

/** `dialects/<environment>.json`: what `doctor --learn` and `doctor --learn-journeys` found, with the proof. */
export const learnedDialectSchema = z
  .strictObject({
    $schema: z.string().optional(),
    formatVersion: z.literal(1),
    host: z.string().min(1).describe('Host of the tenant of which this is true.'),
    learned: z.string().describe('When something was last learned, ISO 8601.'),
    dialect: dialectSchema.describe('The settings found; limio.config wins over them.'),
    evidence: z.array(
      z.strictObject({
        setting: z.string().describe('`bulkUpdate.wrapper`'),
        value: z.json().describe('What was found.'),
        how: z.string().describe('What was seen.'),
        at: z.string().describe('When, ISO 8601.'),
      }),
    ),
  })
  .describe('What limio-sync learned of a tenant.');

export type LearnedDialect = z.infer<typeof learnedDialectSchema>;

/** @throws LimioError CONFIG_INVALID naming the file and the first thing wrong. */
export function parseLearnedDialect(text: string, file: string): LearnedDialect {
  const refuse = (reason: string): LimioError =>
    new LimioError({
      code: 'CONFIG_INVALID',
      message: `${file} ${reason}`,
      hint: `Correct the file, or remove it and learn again: limio-sync doctor --learn`,
      details: { file },
    });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw refuse('is not JSON.');
  }
  const parsed = learnedDialectSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(`is not a learned dialect: ${formatConfigPath(issue?.path ?? [])}: ${issue?.message ?? 'unknown'}.`);
}
