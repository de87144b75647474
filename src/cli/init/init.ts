import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatShopUrl } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { formatJson } from '../shared/output.js';
import { collectAnswers, type InitAnswers, type InitFlags } from './answers.js';

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

/** A file of a new repository. */
export interface InitFile {
  path: string;
  text: string;
  /** Lines of it that an existing file may lack; other files are left as they are. */
  addsLines?: true;
}

const GITHUB = ['validate', 'plan', 'apply', 'nightly'];

const IGNORED = ['node_modules/', '.limio/', '.limio.json'];

/** Files that editors check, and the schema of each. `!` takes files out again. */
const SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  'resource.json': ['catalog/**/*.yaml', 'journeys/**/*.yaml', '!**/*.test.yaml'],
  'overlay.json': ['overlays/**/*.yaml'],
  'journey-test.json': ['journeys/**/*.test.yaml'],
  'price-test.json': ['prices/**/*.test.yaml'],
};

/**
 * What `init` writes. `readTemplate` gives a workflow of docs/ci; `schemas` are those that the package
 * brings. Pure otherwise.
 */
export function listInitFiles(
  answers: InitAnswers,
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

function writeConfig({ tenant, sandbox, region }: InitAnswers): string {
  const environment = (name: string, its: string, more: string): string => `    ${name}: {
      tenant: ${JSON.stringify(its)},
      region: ${JSON.stringify(region)},${more}
      // What \${vars.shopDomain} in the files stands for in this environment.
      vars: { shopDomain: ${JSON.stringify(new URL(formatShopUrl(its, region)).host)} },
    },
`;
  return `import { defineConfig } from 'limio-sync';

/**
 * The environments of this repository. \`limio-sync <command> --env <name>\` chooses one.
 * Credentials never stand here: they come from LIMIO_<ENVIRONMENT>_CLIENT_ID and
 * LIMIO_<ENVIRONMENT>_CLIENT_SECRET, or from a git-ignored .limio.json.
 */\nexport default defineConfig({
  environments: {
${sandbox === undefined ? '' : environment('sandbox', sandbox, '')}${environment(
    'prod',
    tenant,
    `
      // A host name never tells production from a sandbox: apply needs --allow-protected=prod.
      protected: true,`,
  )}  },
});
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
    return GITHUB.map((name) => ({
      path: `.github/workflows/limio-${name}.yml`,
      text: nameEnvironments(readTemplate(`github-${name}.yml`), sandbox),
    }));
  }
  // The jobs of the GitLab pipeline are written out for a sandbox and for prod.
  return ci === 'gitlab' && sandbox !== undefined
    ? [{ path: '.gitlab-ci.yml', text: readTemplate('gitlab-ci.yml') }]
    : [];
}

function nameEnvironments(workflow: string, sandbox: string | undefined): string {
  return sandbox === undefined ? workflow.replaceAll('--matrix sandbox prod', '--matrix prod') : workflow;
}

export interface WrittenFile {
  path: string;
  /** `kept`: it exists and was left alone. `same`: it says that already. */
  what: 'created' | 'extended' | 'kept' | 'same';
}

/** Creates what is not there. Nothing that exists is overwritten; lines are added at its end where they lack. */
export function writeInitFiles(root: string, files: readonly InitFile[]): WrittenFile[] {
  return files.map((file) => ({ path: file.path, what: writeOne(root, file) }));
}

function writeOne(root: string, { path, text, addsLines }: InitFile): WrittenFile['what'] {
  const at = join(root, path);
  try {
    if (!existsSync(at) && lstatSync(at, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(dirname(at), { recursive: true });
      // Fails rather than overwrites, should somebody else have made it meanwhile.
      writeFileSync(at, text, { flag: 'wx' });
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
    writeFileSync(at, `${old}${old === '' || old.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
    return 'extended';
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new LimioError({
      code: 'USAGE',
      message: `${path} cannot be written (${reason}).`,
      hint: 'What was written before it stays; run the same command again.',
      cause: error,
    });
  }
}
