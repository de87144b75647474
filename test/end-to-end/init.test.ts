import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../support/run-program.js';
import { REPOSITORY, openFolder } from './support/in-process.js';
import { CTRL_D, TERMINAL_COMMAND, findTerminalObstacle } from './support/open-terminal.js';

const FLAGS = 'init --tenant acme --sandbox acme-sandbox --region us --ci github';
const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');

describe('limio-sync init', () => {
  test('writes configuration, ignored files, workflows and editor settings, and says what comes next', async (context) => {
    const { run, root } = openFolder(context);
    const { exitCode, stdout, stderr } = await run(FLAGS);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`created   limio.config.ts
created   .gitignore
created   .vscode/settings.json
created   .github/workflows/limio-validate.yml
created   .github/workflows/limio-plan.yml
created   .github/workflows/limio-apply.yml
created   .github/workflows/limio-rollback.yml
created   .github/workflows/limio-nightly.yml

This repository has no remote, so runs stay on this machine. To share them, see docs/state.md.

Next:
  export LIMIO_SANDBOX_CLIENT_ID=... LIMIO_SANDBOX_CLIENT_SECRET=...
  npx limio-sync doctor --env sandbox
  npx limio-sync pull --adopt '*' --env sandbox
  npx limio-sync plan --env sandbox
Step-by-step guide: node_modules/limio-sync/docs/environments.md
`);
    expect(read(root, '.gitignore')).toBe('node_modules/\n.limio/\n.limio.json\n');
    expect(read(root, '.github/workflows/limio-plan.yml')).toBe(read(REPOSITORY, 'docs/ci/github-plan.yml'));
    const schemas = Object.keys(
      (JSON.parse(read(root, '.vscode/settings.json')) as { 'yaml.schemas': object })['yaml.schemas'],
    );
    expect(schemas.map((path) => path.replace('./node_modules/limio-sync/schema/', ''))).toContain('resource.json');
    for (const path of schemas) expect(readdirSync(join(REPOSITORY, 'schema'))).toContain(path.split('/').at(-1));
    expect(parseDocument(await run('envs --format json'))).toMatchObject({
      environments: [
        { name: 'sandbox', host: 'acme-sandbox.prod-us.limio.com', protected: false },
        { name: 'prod', host: 'acme.prod-us.limio.com', protected: true },
      ],
    });
  });

  test('overwrites nothing: what exists is kept, and .gitignore gets the lines it lacks', async (context) => {
    const { run, root } = openFolder(context, {
      'limio.config.mjs': 'export default { environments: {} };\n',
      '.gitignore': 'dist\nnode_modules',
      '.vscode/settings.json': '{}',
    });
    expect((await run(FLAGS)).stdout).toContain(
      'kept      limio.config.mjs\nextended  .gitignore\nkept      .vscode/settings.json\n',
    );
    expect(read(root, '.gitignore')).toBe('dist\nnode_modules\n.limio/\n.limio.json\n');
    expect(read(root, '.vscode/settings.json')).toBe('{}');
    expect(readdirSync(root)).not.toContain('limio.config.ts');
  });

  test('shares runs through the remote of the repository, and says so', async (context) => {
    const { run, root } = openFolder(context);
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['remote', 'add', 'origin', 'https://git.example.com/acme/shop.git'], { cwd: root });
    expect((await run(FLAGS)).stdout).toContain('Runs, snapshots and locks are shared through the remote origin');
    expect(read(root, 'limio.config.ts')).toContain("  state: { backend: 'git' },\n");
  });

  test('changes nothing the second time', async (context) => {
    const { run } = openFolder(context);
    await run(FLAGS);
    const again = parseDocument(await run(`${FLAGS} --format json`)) as { files: { what: string }[] };
    expect(new Set(again.files.map(({ what }) => what))).toEqual(new Set(['same']));
  });

  test('names prod alone where there is no sandbox', async (context) => {
    const { run, root } = openFolder(context);
    expect((await run('init --tenant acme --ci github')).stdout).toContain('npx limio-sync doctor --env prod');
    expect(read(root, '.github/workflows/limio-plan.yml')).toContain('envs --matrix prod)');
    expect(read(root, 'limio.config.ts')).not.toContain('sandbox: {');
  });

  test('refuses what names no tenant, and writes nothing', async (context) => {
    const { run, root } = openFolder(context);
    for (const [args, sentence] of [
      ['init', '--tenant is required'],
      ['init --tenant Acme.Corp', '--tenant "Acme.Corp" is invalid'],
      ['init --tenant acme --sandbox acme', 'cannot be the production tenant'],
      ['init --tenant acme --ci jenkins', 'Allowed choices are github, gitlab, none'],
    ] as const) {
      expect(await run(args)).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(sentence) });
    }
    expect(readdirSync(root)).toEqual([]);
  });
});

const obstacle = findTerminalObstacle();

describe.skipIf(obstacle !== undefined)(
  `limio-sync init at a terminal${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    test('asks for what no flag says, again when the answer cannot be', async (context) => {
      const { start, root } = openFolder(context);
      const program = start('init --region us', { command: TERMINAL_COMMAND });
      await program.waitFor('Production tenant');
      program.type('Acme!\n');
      await program.waitFor('A tenant name has lower-case letters');
      program.type('acme\n');
      await program.waitFor('Sandbox tenant');
      program.type('\n');
      await program.waitFor('CI system: github, gitlab or none [github]: ');
      program.type('none\n');
      const { exitCode, stdout } = await program.ended;
      expect(exitCode).toBe(0);
      expect(stdout).not.toContain('Region:');
      expect(read(root, 'limio.config.ts')).toContain('tenant: "acme",\n      region: "us"');
    });

    test('writes nothing when the questions are left', async (context) => {
      const { start, root } = openFolder(context);
      const program = start('init', { command: TERMINAL_COMMAND });
      await program.waitFor('Production tenant');
      program.type(CTRL_D);
      expect((await program.ended).exitCode).toBe(130);
      expect(readdirSync(root)).toEqual([]);
    });
  },
);
