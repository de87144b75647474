import { describe, expect, test } from 'vitest';
import { CREDENTIALS, openWorkspace } from './support/open-workspace.js';

const FILES = {
  'catalog/offer.yaml': 'kind: offer\npath: /offers2/Monthly\nattributes: { display_name__limio: Monthly }\n',
};
const SEED = {
  items: [
    {
      path: '/offers2/Monthly',
      name: 'Monthly',
      type: 'item',
      data: { record_type: 'offer', products: [], attributes: { display_name__limio: 'Monthly' } },
    },
  ],
};

describe.concurrent('a tenant in trouble', () => {
  test.for([
    ['plan', ''],
    ['ci github --no-comment', 'no environment: no plan\n'],
  ] as const)('that never answers is given up by %s after --timeout', async ([line, stdout], context) => {
    const { run } = await openWorkspace(context, {
      files: FILES,
      seed: SEED,
      faults: [{ operation: 'list', fault: 'no-answer' }],
    });
    const began = Date.now();
    const failed = await run(`${line} --timeout 1`, { env: { ...CREDENTIALS, GITHUB_REPOSITORY: 'acme/shop' } });
    expect(failed).toMatchObject({ exitCode: 1, stdout });
    expect(failed.stderr).toContain('error TIMEOUT');
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  test('that answers at the second attempt is planned for, and the repetition is told', async (context) => {
    const { run } = await openWorkspace(context, {
      files: FILES,
      seed: SEED,
      faults: [{ operation: 'list', nth: 1, fault: 'status', status: 503 }],
    });
    expect(await run('plan --detailed-exitcode')).toMatchObject({
      exitCode: 0,
      stderr: '1 request was retried; --debug shows which.\n',
    });
    const refused = await run('plan --timeout 0');
    expect(refused).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('Expected a number of seconds, 1 or more'),
    });
  });
});
