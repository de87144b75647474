import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { redactOutput } from '../../../src/cli/shared/secrets.js';
import { withTenant } from '../../../src/cli/shared/tenant.js';
import { resolveEnvironment } from '../../../src/config/environments.js';

test('a client secret that came from .limio.json is removed from everything that is printed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'limio-secret-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const clientSecret = 'only-in-the-file-71c3';
  writeFileSync(
    join(root, '.limio.json'),
    JSON.stringify({ tenant: 'acme', region: 'eu', clientId: 'id', clientSecret }),
  );
  const stream = { write: () => undefined };
  const { signal } = new AbortController();
  const io = { stdout: stream, stderr: stream, stdin: Readable.from([]), env: {}, cwd: root, signal };
  const environment = resolveEnvironment({ environments: { prod: { tenant: 'acme', region: 'eu' } } }, 'prod');
  await withTenant(
    io,
    { environment, root, secrets: new Map(), variables: { process: {}, files: {}, fileOf: {}, all: {} } },
    {},
    async () => undefined,
  );
  expect(redactOutput(io)(`The tenant answered ${clientSecret}.`)).not.toContain(clientSecret);
});
