import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/model/address.js';
import { parseDocument } from '../support/run-program.js';
import * as inProcess from './support/in-process.js';
import { REPOSITORY, copyExample, openFolder } from './support/open-workspace.js';

/** The lines of the help that are too wide for the usual terminal. */
const listWide = (text: string): string[] => text.split('\n').filter((line) => line.length > 80);

describe.concurrent('limio-sync', () => {
  test('--version and -V print the version of package.json, alone', async (context) => {
    const { version } = JSON.parse(readFileSync(`${REPOSITORY}/package.json`, 'utf8')) as { version: string };
    const { run } = openFolder(context);
    for (const args of ['--version', '-V', '--version --debug']) {
      expect(await run(args)).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  test('--help lists every command with what it does, in 80 columns; so does the help of each', async (context) => {
    const { run } = inProcess.openFolder(context);
    const help = await run('--help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(listWide(help.stdout)).toEqual([]);
    const commands = [...help.stdout.matchAll(/^ {2}([a-z][a-z-]*)(?: \[| <|  )/gm)].map((match) => match[1] ?? '');
    for (const command of ['validate', 'plan', 'apply', 'explain', 'emulator']) expect(commands).toContain(command);
    for (const command of commands.filter((name) => name !== 'help')) {
      const own = await run(`${command} --help`);
      expect(own).toMatchObject({ exitCode: 0, stderr: '' });
      expect(own.stdout).toContain(`Usage: limio-sync ${command}`);
      expect(listWide(own.stdout)).toEqual([]);
    }
  });

  for (const kind of KINDS) {
    test(`explain ${kind} prints its table, and the same as one document`, async (context) => {
      const { run } = inProcess.openFolder(context);
      const text = await run(`explain ${kind}`);
      expect(text).toMatchObject({ exitCode: 0, stderr: '' });
      const json = await run(`explain ${kind} --format json`);
      expect(json).toMatchObject({ exitCode: 0, stderr: '' });
      const document = parseDocument(json) as { kind: string; resource: string; fields: { path: string }[] };
      expect(document).toMatchObject({ kind: 'limio-sync/explain', resource: kind });
      expect(document.fields.length).toBeGreaterThan(1);
      for (const { path } of document.fields) expect(text.stdout).toContain(path);
    });
  }

  test('explain of what is no kind ends with 3 and names the kinds', async (context) => {
    const failed = await openFolder(context).run('explain promocode');
    expect(failed).toMatchObject({ exitCode: 3, stdout: '' });
    for (const kind of KINDS) expect(failed.stderr).toContain(kind);
  });

  test('emulator prints where it is as one line of JSON, serves the whole loop, and ends with 0 on SIGTERM', async (context) => {
    const { root, run, start } = openFolder(context);
    copyExample(root);
    const emulator = start(`emulator --port 0 --seed ${REPOSITORY}/seed/acme-press --format json`);
    const line = await emulator.waitFor('\n');
    const { kind, url, clientId, clientSecret } = JSON.parse(line) as Record<string, string>;
    expect(kind).toBe('limio-sync/emulator');
    const env = { LIMIO_DEMO_URL: url ?? '', LIMIO_CLIENT_ID: clientId ?? '', LIMIO_CLIENT_SECRET: clientSecret ?? '' };
    expect(await run('plan --env demo --detailed-exitcode', { env })).toMatchObject({ exitCode: 2 });
    emulator.signal('SIGTERM');
    const ended = await emulator.ended;
    expect(ended).toMatchObject({ exitCode: 0, signal: null, stderr: '', stdout: line });
  });

  test('emulator takes its dialect, latency and lag, ends with 0 on Ctrl-C, and says when its port is taken', async (context) => {
    const { run, start, write } = openFolder(context);
    write(
      'seed.json',
      JSON.stringify([
        { path: '/offers2/A', data: { record_type: 'offer', attributes: { display_name__limio: 'A' } } },
      ]),
    );
    const emulator = start(
      'emulator --port 0 --seed seed.json --dialect bulkUpdate.wrapper=attributes pageSize=10 --latency 5 --index-lag 5 --page-size-cap 1',
    );
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await emulator.waitFor('Ctrl-C'))?.[0] ?? '';
    const state = (await (await fetch(`${url}/__emulator/state`)).json()) as { items: { path: string }[] };
    expect(state.items.map(({ path }) => path)).toEqual(['/offers2/A']);
    const second = await run(`emulator --port ${new URL(url).port}`);
    expect(second).toMatchObject({ exitCode: 3, stdout: '' });
    expect(second.stderr).toMatch(/error USAGE: [^]*EADDRINUSE/);
    emulator.signal('SIGINT');
    expect(await emulator.ended).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
  });
});
