import { describe, expect, test } from 'vitest';
import { type EnvsOptions, runEnvs } from '../../src/cli/envs/envs.js';
import { type CiBench, openCiBench } from '../support/ci-bench.js';

function list(bench: CiBench, names: string[], options: Partial<EnvsOptions> = {}): Promise<number | string> {
  bench.write(
    'limio.config.json',
    JSON.stringify({
      environments: {
        demo: { url: 'http://127.0.0.1:4010' },
        sandbox: { tenant: 'acme-sandbox' },
        prod: { tenant: 'acme', region: 'us', protected: true },
      },
    }),
  );
  return bench.run((io) => runEnvs(io, names, { format: 'text', color: false, ...options }), {});
}

describe('the environments', () => {
  test('are listed without credentials, in the order of the configuration', async (context) => {
    const bench = openCiBench(context);
    expect(await list(bench, [])).toBe(0);
    expect(bench.stdout).toBe(
      'demo  127.0.0.1:4010\nsandbox  acme-sandbox.prod.limio.com\nprod  acme.prod-us.limio.com  protected\n',
    );
  });

  test('are one document as JSON', async (context) => {
    const bench = openCiBench(context);
    await list(bench, ['prod'], { format: 'json' });
    expect(JSON.parse(bench.stdout)).toEqual({
      kind: 'limio-sync/environments',
      formatVersion: 1,
      environments: [{ name: 'prod', host: 'acme.prod-us.limio.com', protected: true }],
    });
  });

  test('feed a matrix with one line, which fits into an output', async (context) => {
    const bench = openCiBench(context);
    await list(bench, ['sandbox', 'prod'], { matrix: true });
    expect(bench.stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(bench.stdout)).toEqual({
      include: [
        { name: 'sandbox', host: 'acme-sandbox.prod.limio.com', protected: false },
        { name: 'prod', host: 'acme.prod-us.limio.com', protected: true },
      ],
    });
  });

  test('a misspelt name is an error with a suggestion', async (context) => {
    const bench = openCiBench(context);
    expect(await list(bench, ['sandbxo'], { matrix: true })).toBe('ENVIRONMENT_UNKNOWN');
    expect(bench.stderr).toContain('Did you mean "sandbox"?');
    expect(bench.stdout).toBe('');
  });
});
