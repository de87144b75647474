import { formatShopUrl } from '../../config/environments.js';
import type { InitAnswers } from './init-answers.js';

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
