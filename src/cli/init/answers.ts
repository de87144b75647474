import type { Region } from '../../config/environments.js';
import type { LimioError } from '../../errors/errors.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import { withPrompt } from '../shared/prompt.js';

export type CiSystem = 'github' | 'gitlab' | 'none';

/** What the files of a new repository depend on. */
export interface InitAnswers {
  /** The production tenant: `acme` in acme.prod.limio.com. */
  tenant: string;
  sandbox?: string;
  region: Region;
  ci: CiSystem;
}

export type InitFlags = { [K in keyof InitAnswers]?: InitAnswers[K] | undefined };

const TENANT = /^[a-z0-9][a-z0-9-]{0,62}$/;

interface Question {
  key: keyof InitAnswers;
  text: string;
  /** The value of an empty answer. */
  fallback?: string;
  accepts: (answer: string) => boolean;
  complaint: string;
}

const QUESTIONS: readonly Question[] = [
  {
    key: 'tenant',
    text: 'Production tenant (acme in acme.prod.limio.com)',
    accepts: (answer) => TENANT.test(answer),
    complaint: 'A tenant name has lower-case letters, digits and hyphens.',
  },
  {
    key: 'sandbox',
    text: 'Sandbox tenant (empty if there is none)',
    fallback: '',
    accepts: (answer) => answer === '' || TENANT.test(answer),
    complaint: 'A tenant name has lower-case letters, digits and hyphens.',
  },
  {
    key: 'region',
    text: 'Region: eu, us or dev',
    fallback: 'eu',
    accepts: (answer) => ['eu', 'us', 'dev'].includes(answer),
    complaint: 'Enter eu, us or dev.',
  },
  {
    key: 'ci',
    text: 'CI system: github, gitlab or none',
    fallback: 'github',
    accepts: (answer) => ['github', 'gitlab', 'none'].includes(answer),
    complaint: 'Enter github, gitlab or none.',
  },
];

/**
 * The flags; at a terminal, prompts ask for the rest, and elsewhere defaults fill it in.
 * @throws LimioError USAGE, INTERRUPTED.
 */
export async function collectAnswers(io: CliIo, flags: InitFlags): Promise<InitAnswers> {
  for (const { key, accepts, complaint } of QUESTIONS) {
    const flag = flags[key];
    if (flag !== undefined && !accepts(flag))
      throw refuseFlags(`--${key} ${JSON.stringify(flag)} is invalid. ${complaint}`);
  }
  const answers = io.stdin.isTTY === true ? await askQuestions(io, flags) : takeDefaults(flags);
  if (answers.sandbox === answers.tenant)
    throw refuseFlags(`The sandbox cannot be the production tenant "${answers.tenant}".`);
  return answers;
}

function takeDefaults({ tenant, sandbox, region, ci }: InitFlags): InitAnswers {
  if (tenant === undefined) throw refuseFlags('--tenant is required without a terminal.');
  return { tenant, ...(sandbox ? { sandbox } : {}), region: region ?? 'eu', ci: ci ?? 'none' };
}

async function askQuestions(io: CliIo, flags: InitFlags): Promise<InitAnswers> {
  const given = new Map<string, string>();
  await withPrompt(io, async (ask) => {
    for (const { key, text, fallback, accepts, complaint } of QUESTIONS) {
      const findFault = (answer: string): string | undefined => (accepts(answer) ? undefined : complaint);
      given.set(key, flags[key] ?? (await ask({ text, fallback, findFault })));
    }
  });
  return takeDefaults(Object.fromEntries(given));
}

function refuseFlags(message: string): LimioError {
  return refuseUsage(
    message,
    'For example: limio-sync init --tenant acme --sandbox acme-sandbox --region eu --ci github',
  );
}
