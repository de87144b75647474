import { describe, expect, test } from 'vitest';
import { MESSY_SEED } from '../doctor/messy-seed.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace } from './support/in-process.js';

const mask = (text: string): string => text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').replace(/\d+ ms/g, 'N ms');

describe.concurrent('limio-sync doctor', () => {
  test('prints what it found, the worst first, in 80 columns, and ends with 1 for a problem', async (context) => {
    const { run, writes } = await openWorkspace(context, { seed: MESSY_SEED, files: {} });
    const { exitCode, stdout, stderr } = await run('doctor');
    await context.expect(mask(stdout)).toMatchFileSnapshot('../golden/doctor.txt');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect({ exitCode, stderr, writes: writes() }).toEqual({ exitCode: 1, stderr: '', writes: [] });
  });

  test('ends with 0 when there are only warnings, and prints one JSON document', async (context) => {
    const items = (MESSY_SEED.items ?? []).filter(({ path }) => path !== '/pages/shop' && path !== '/offers2/Print');
    const { run } = await openWorkspace(context, { seed: { ...MESSY_SEED, items }, files: {} });
    const ended = await run('doctor --format json');
    expect(parseDocument(ended)).toMatchObject({
      kind: 'limio-sync/doctor',
      formatVersion: 1,
      environment: 'test',
      summary: { problem: 0, warning: 5 },
    });
    expect(ended.exitCode).toBe(0);
  });
});
