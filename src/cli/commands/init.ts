import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { formatJson } from '../output/format-json.js';
import { type InitAnswers, type InitFlags, collectAnswers } from '../init/init-answers.js';
import { listInitFiles } from '../init/list-init-files.js';
import { type WrittenFile, writeInitFiles } from '../init/write-init-files.js';

export type InitOptions = Pick<CommonOptions, 'format'> & InitFlags;

/** Of the package, in source and when built. */
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));

const CONFIGS = ['ts', 'mjs', 'js', 'json'].map((ending) => `limio.config.${ending}`);

/** Makes a repository ready: configuration, ignored files, workflows, schemas for editors. */
export async function runInit(io: CliIo, options: InitOptions): Promise<number> {
  const answers = await collectAnswers(io, options);
  const present = CONFIGS.find((name) => existsSync(join(io.cwd, name)));
  const files = listInitFiles(answers, readdirSync(join(PACKAGE, 'schema')), (name) =>
    readFileSync(join(PACKAGE, 'docs/ci', name), 'utf8'),
  )
    // Of two configurations none would be read.
    .filter(({ path }) => path !== 'limio.config.ts' || present === undefined || present === path);
  const written = writeInitFiles(io.cwd, files);
  if (present !== undefined && present !== 'limio.config.ts') written.unshift({ path: present, what: 'kept' });
  io.stdout.write(
    options.format === 'json'
      ? formatJson({ kind: 'limio-sync/init', formatVersion: 1, files: written })
      : renderInit(written, answers),
  );
  return 0;
}

const WORDS: Record<WrittenFile['what'], string> = {
  created: 'created ',
  extended: 'extended',
  kept: 'kept    ',
  same: 'as it is',
};

function renderInit(written: readonly WrittenFile[], { sandbox, ci }: InitAnswers): string {
  const environment = sandbox === undefined ? 'prod' : 'sandbox';
  const variable = `LIMIO_${environment.toUpperCase()}_CLIENT`;
  const kept = written.filter(({ what }) => what === 'kept').map(({ path }) => path);
  const remarks = [
    ...(kept.length === 0 ? [] : [`Files that exist are never overwritten: ${kept.join(', ')}.`]),
    ...(kept.includes('.vscode/settings.json') ? ['docs/files.md has the lines that give editors the schemas.'] : []),
    ...(ci === 'gitlab' && sandbox === undefined
      ? ['The GitLab pipeline needs a sandbox and prod; docs/ci.md has its parts.']
      : []),
  ];
  return `${written.map(({ path, what }) => `${WORDS[what]}  ${path}`).join('\n')}
${remarks.length === 0 ? '' : `\n${remarks.join('\n')}\n`}
Next:
  export ${variable}_ID=... ${variable}_SECRET=...
  npx limio-sync doctor --env ${environment}
  npx limio-sync pull --adopt '*' --env ${environment}
  npx limio-sync plan --env ${environment}
The whole way, step by step: node_modules/limio-sync/docs/environments.md
`;
}
