import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import type { CliIo } from '../../src/cli/shared/io.js';
import { getOwn, type JsonObject } from '../../src/model/json.js';
import { readPage } from '../docs/support/read-page.js';
import { readText, tokenForm } from './connect.js';

/** `limio-sync emulator` in this process; answers its url once it has said so. */
async function startCommand(...args: string[]): Promise<string> {
  return readText(JSON.parse(await readGreeting('--format', 'json', ...args)) as JsonObject, 'url');
}

async function readGreeting(...args: string[]): Promise<string> {
  const stop = new AbortController();
  let run: Promise<unknown> = Promise.resolve();
  const greeting = new Promise<string>((resolve, reject) => {
    const io: CliIo = {
      stdout: { write: resolve },
      stderr: { write: () => undefined },
      stdin: Readable.from([]),
      env: {},
      cwd: tmpdir(),
      signal: stop.signal,
    };
    run = createProgram(io, () => undefined).parseAsync(['emulator', '--port', '0', ...args], { from: 'user' });
    run.catch(reject);
  });
  onTestFinished(async () => {
    stop.abort();
    await run.catch(() => undefined);
  });
  return greeting;
}

async function readFaults(url: string): Promise<JsonObject> {
  return (await (await fetch(`${url}/__emulator/faults`)).json()) as JsonObject;
}

async function signIn(url: string): Promise<JsonObject> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return (await (
    await fetch(`${url}/oauth2/token`, { method: 'POST', headers, body: tokenForm() })
  ).json()) as JsonObject;
}

const RULE = { operation: 'publish', fault: 'status', status: 503 };
const ARMED = { ...RULE, matched: 0, fired: 0 };

describe('limio-sync emulator', () => {
  it('prints what docs/emulator.md shows', async () => {
    const shown = readPage('docs/emulator.md')
      .split('$ limio-sync emulator --seed seed/acme-press\n')[1]
      ?.split('```')[0];
    const text = await readGreeting('--format', 'text');
    const url = /http:\S+/.exec(text)?.[0] ?? 'no url';
    expect(text.replaceAll(url, 'http://127.0.0.1:4010')).toBe(shown);
  });

  it('takes faults as JSON and from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'limio-faults-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'faults.json');
    writeFileSync(file, JSON.stringify({ seed: 5, rules: [RULE] }));
    expect(await readFaults(await startCommand('--faults', ` [${JSON.stringify(RULE)}]`))).toEqual({
      seed: 1,
      rules: [ARMED],
    });
    expect(await readFaults(await startCommand('--faults', file))).toEqual({ seed: 5, rules: [ARMED] });
    await expect(startCommand('--faults', join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('none.json'),
    });
    await expect(startCommand('--faults', '{"fault":')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('the given JSON'),
    });
    await expect(startCommand('--faults', '{"fault":"slow","ms":-1}')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('ms must be a whole number from 0'),
    });
  });

  it('takes the life of tokens, the time of builds and the role', async () => {
    const url = await startCommand('--token-lifetime', '7', '--build-ms', '0', '--role', 'editor');
    const signedIn = await signIn(url);
    expect(signedIn['expires_in']).toBe(7);
    const body = JSON.stringify({ tags: ['/tags/a'], buildId: 'b', name: 'n' });
    const reply = await fetch(`${url}/api/publish`, {
      method: 'POST',
      headers: { authorization: `Bearer ${readText(signedIn, 'access_token')}`, 'content-type': 'application/json' },
      body,
    });
    expect([reply.status, getOwn((await reply.json()) as JsonObject, 'message')]).toEqual([
      403,
      'Forbidden: editors cannot publish',
    ]);
    await expect(startCommand('--role', 'owner')).rejects.toThrow('manager, editor');
  });
});
