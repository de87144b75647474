import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatShopUrl } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import { createFileSafely, describeUnwritable, writeFileSafely } from '../../journal/files.js';
import { escapeTerminal } from '../../render/escape.js';
import { findConfigFolder } from '../shared/config.js';
import { type CliIo, findInPackage } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { collectAnswers, type InitAnswers, type InitFlags } from './answers.js';

export type InitOptions = Pick<CommonOptions, 'format' | 'color'> & InitFlags;

const CONFIGS = ['ts', 'mjs', 'js', 'json'].map((ending) => `limio.config.${ending}`);

/** `limio-sync init`: writes configuration, ignored files, workflows, and schemas for editors. */
export async function runInit(io: CliIo, options: InitOptions): Promise<number> {
  const answers = await collectAnswers(io, options);
  const present = CONFIGS.find((name) => existsSync(join(io.cwd, name)));
  const remote = findRemote(io.cwd);
  const files = listInitFiles({ ...answers, remote }, readdirSync(findInPackage('schema')), (name) =>
    readFileSync(findInPackage(join('docs/ci', name)), 'utf8'),
  )
    // A second configuration would be an error.
    .filter(({ path }) => path !== 'limio.config.ts' || present === undefined || present === path);
  const above = present === undefined ? findConfigFolder(io, {}) : io.cwd;
  const written = writeInitFiles(io.cwd, files);
  if (above !== io.cwd)
    io.stderr.write(
      `Commands in this folder now use its own configuration instead of the one in ${escapeTerminal(above)}\n`,
    );
  if (present !== undefined && present !== 'limio.config.ts') written.unshift({ path: present, what: 'kept' });
  printResult(io, options, { kind: 'limio-sync/init', formatVersion: 1, files: written }, () =>
    renderInit(written, answers, remote),
  );
  return 0;
}

const WORDS: Record<WrittenFile['what'], string> = {
  created: 'created ',
  extended: 'extended',
  kept: 'kept    ',
  same: 'same    ',
};

/** A remote of the repository, for the runs that its clones share. */
function findRemote(folder: string): string | undefined {
  try {
    const out = execFileSync('git', ['remote'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const names = out.split('\n').filter((name) => name !== '');
    return names.includes('origin') ? 'origin' : names[0];
  } catch {
    return undefined;
  }
}

function renderInit(written: readonly WrittenFile[], { sandbox, ci }: InitAnswers, remote: string | undefined): string {
  const environment = sandbox === undefined ? 'prod' : 'sandbox';
  const variable = `LIMIO_${environment.toUpperCase()}_CLIENT`;
  const kept = written.filter(({ what }) => what === 'kept').map(({ path }) => path);
  const isNew = written.some(({ path, what }) => path === 'limio.config.ts' && what === 'created');
  const remarks = [
    ...(!isNew
      ? []
      : remote === undefined
        ? ['This repository has no remote, so runs stay on this machine. To share them, see docs/state.md.']
        : [`Runs, snapshots and locks are shared through the remote ${escapeTerminal(remote)}: see docs/state.md.`]),
    ...(kept.length === 0 ? [] : [`Existing files were not changed: ${kept.join(', ')}.`]),
    ...(kept.includes('.vscode/settings.json')
      ? ['To add the schemas to your editor settings, see docs/files.md.']
      : []),
    ...(ci === 'gitlab' && sandbox === undefined
      ? ['No GitLab pipeline was written: it requires a sandbox. To write your own, see docs/ci.md.']
      : []),
  ];
  return `${written.map(({ path, what }) => `${WORDS[what]}  ${path}`).join('\n')}
${remarks.length === 0 ? '' : `\n${remarks.join('\n')}\n`}
Next:
  export ${variable}_ID=... ${variable}_SECRET=...
  npx limio-sync doctor --env ${environment}
  npx limio-sync pull --adopt '*' --env ${environment}
  npx limio-sync plan --env ${environment}
Step-by-step guide: node_modules/limio-sync/docs/environments.md
`;
}

interface InitFile {
  path: string;
  text: string;
  /** Adds missing lines to an existing file. Other existing files stay as they are. */
  addsLines?: true;
}

const GITHUB_WORKFLOWS = ['validate', 'plan', 'apply', 'rollback', 'nightly'];

const IGNORED = ['node_modules/', '.limio/', '.limio.json'];

/** Files that editors check, by schema. `!` excludes files. */
const SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  'resource.json': ['catalog/**/*.yaml', 'journeys/**/*.yaml', '!**/*.test.yaml'],
  'overlay.json': ['overlays/**/*.yaml'],
  'journey-test.json': ['journeys/**/*.test.yaml'],
  'price-test.json': ['prices/**/*.test.yaml'],
};

/** `schemas` are those of the package; `readTemplate` returns a workflow of docs/ci. */
function listInitFiles(
  answers: InitAnswers & { remote: string | undefined },
  schemas: readonly string[],
  readTemplate: (name: string) => string,
): InitFile[] {
  return [
    { path: 'limio.config.ts', text: writeConfig(answers) },
    { path: '.gitignore', text: `${IGNORED.join('\n')}\n`, addsLines: true },
    { path: '.vscode/settings.json', text: writeSettings(schemas) },
    ...listWorkflows(answers, readTemplate),
  ];
}

function writeConfig({ tenant, sandbox, region, remote }: InitAnswers & { remote: string | undefined }): string {
  const environment = (name: string, its: string, more: string): string => `    ${name}: {
      tenant: ${JSON.stringify(its)},
      region: ${JSON.stringify(region)},${more}
      // The value of \${vars.shopDomain} in the files, for this environment.
      vars: { shopDomain: ${JSON.stringify(new URL(formatShopUrl(its, region)).host)} },
    },
`;
  return `import { defineConfig } from 'limio-sync';

/**
 * The environments of this repository. \`limio-sync <command> --env <name>\` chooses one.
 * Never write credentials here: they come from LIMIO_<ENVIRONMENT>_CLIENT_ID and
 * LIMIO_<ENVIRONMENT>_CLIENT_SECRET, or from a git-ignored .limio.json.
 */\nexport default defineConfig({
  environments: {
${sandbox === undefined ? '' : environment('sandbox', sandbox, '')}${environment(
    'prod',
    tenant,
    `
      // apply requires --allow-protected=prod.
      protected: true,`,
  )}  },
${remote === undefined ? '' : writeState(remote)}});
`;
}

function writeState(remote: string): string {
  const named = remote === 'origin' ? '' : `, remote: ${JSON.stringify(remote)}`;
  return `  // What was applied, the way back and the lock, for all machines: on refs/limio-sync/ of the remote, because
  // machines of CI vanish. Nothing of it is in a branch. Other stores: docs/state.md.
  state: { backend: 'git'${named} },
`;
}

function writeSettings(schemas: readonly string[]): string {
  const known = Object.entries(SCHEMAS).filter(([schema]) => schemas.includes(schema));
  const settings = {
    'yaml.schemas': Object.fromEntries(
      known.map(([schema, files]) => [`./node_modules/limio-sync/schema/${schema}`, files]),
    ),
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

function listWorkflows({ ci, sandbox }: InitAnswers, readTemplate: (name: string) => string): InitFile[] {
  if (ci === 'github') {
    return GITHUB_WORKFLOWS.map((name) => ({
      path: `.github/workflows/limio-${name}.yml`,
      text: nameEnvironments(readTemplate(`github-${name}.yml`), sandbox),
    }));
  }
  // The GitLab pipeline has jobs for a sandbox and for prod.
  return ci === 'gitlab' && sandbox !== undefined
    ? [{ path: '.gitlab-ci.yml', text: readTemplate('gitlab-ci.yml') }]
    : [];
}

function nameEnvironments(workflow: string, sandbox: string | undefined): string {
  return sandbox === undefined ? workflow.replaceAll('--matrix sandbox prod', '--matrix prod') : workflow;
}

interface WrittenFile {
  path: string;
  /** `kept`: it exists and was not changed. `same`: it already has this content. */
  what: 'created' | 'extended' | 'kept' | 'same';
}

/** Creates missing files and appends missing lines; overwrites nothing. */
function writeInitFiles(root: string, files: readonly InitFile[]): WrittenFile[] {
  return files.map((file) => ({ path: file.path, what: writeOne(root, file) }));
}

function writeOne(root: string, { path, text, addsLines }: InitFile): WrittenFile['what'] {
  const at = join(root, path);
  try {
    if (!existsSync(at) && lstatSync(at, { throwIfNoEntry: false }) === undefined) {
      createFileSafely(root, at, text);
      return 'created';
    }
    const old = readFileSync(at, 'utf8');
    if (old === text) return 'same';
    if (!addsLines) return 'kept';
    const present = new Set(old.split(/\r?\n/).map((line) => line.trim()));
    const missing = text
      .split('\n')
      .filter((line) => line !== '' && !present.has(line) && !present.has(line.replace(/\/$/, '')));
    if (missing.length === 0) return 'same';
    writeFileSafely(root, at, `${old}${old === '' || old.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
    return 'extended';
  } catch (error) {
    const { code, message, hint = '', cause } = describeUnwritable(root, at, error);
    throw new LimioError({
      code,
      message,
      hint: `${hint} Files written before it stay.`,
      cause,
    });
  }
}
