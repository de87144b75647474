import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildGuide } from '../../src/doctor/journeys/guide.js';
import { randomJourneyCodec } from '../../src/emulator/random.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { JsonObject } from '../../src/model/json.js';
import { buildByGuide, inForm } from '../doctor/support/build-by-guide.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace } from './support/in-process.js';
import { journeyFile } from './support/small-tenant.js';

const page = (name: string): JsonObject => ({
  path: `/pages/${name}`,
  data: { record_type: 'page', attributes: {}, tags: [`/tags/${name}`] },
});
const SEED: Seed = {
  items: [
    ...['landing', 'shop', 'us'].map(page),
    {
      path: '/offers2/Monthly',
      data: { record_type: 'offer', products: [], attributes: { label__limio: ['student', 'digital'] } },
    },
  ],
};
const FORM = randomJourneyCodec(7);
const GUIDE = buildGuide({ labels: ['digital', 'student'], segments: [], routes: ['/landing/', '/shop/', '/us/'] });
const FILES = { 'journeys/web.yaml': journeyFile('web-geo', 'US, GB') };
const mask = (text: string): string => text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
const COMMAND = 'doctor --learn-journeys limio-sync-probe';

describe.concurrent('limio-sync doctor --learn-journeys', () => {
  test('says which journey to build, learns from it, writes nothing to the tenant, and a declared journey then applies', async (context) => {
    const { run, tenant, root, writes } = await openWorkspace(context, {
      seed: SEED,
      dialect: { journeyCodec: FORM },
      files: FILES,
    });
    const guide = await run(COMMAND);
    await context.expect(mask(guide.stdout)).toMatchFileSnapshot('../golden/doctor-journey-guide.txt');
    expect(guide.exitCode).toBe(0);
    expect((await run('plan')).stdout).toContain('CODEC_UNCONFIRMED');

    tenant.edit.journey('limio-sync-probe', inForm(buildByGuide(GUIDE), FORM));
    const learned = await run(COMMAND);
    await context.expect(mask(learned.stdout)).toMatchFileSnapshot('../golden/doctor-learned-journey-codec.txt');
    for (const { stdout } of [guide, learned])
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect({ exitCode: learned.exitCode, stderr: learned.stderr, writes: writes() }).toEqual({
      exitCode: 0,
      stderr: '',
      writes: [],
    });
    const file = JSON.parse(readFileSync(join(root, 'dialects/test.json'), 'utf8')) as {
      evidence: { setting: string }[];
      dialect: { journeyCodec: { conditions: JsonObject } };
    };
    expect(Object.keys(file.dialect.journeyCodec.conditions).toSorted()).toEqual([
      'billing_country',
      'city',
      'cookie',
      'country',
      'device',
      'offer_label',
      'query',
      'region',
      'subscription_status',
    ]);
    expect(file.evidence).toHaveLength(10);

    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    expect(tenant.state().journeys).toMatchObject([{ unrecognised: [] }, { unrecognised: [] }]);
  });

  test('a journey that was not built by the guide teaches nothing and ends with 1', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SEED, files: {} });
    tenant.edit.journey('limio-sync-probe', { starting_point: '/x/', journeys: [] });
    const ended = await run(`${COMMAND} --format json`);
    const learned = parseDocument(ended) as { learned: unknown[]; notLearned: { type: string }[] };
    expect({ exitCode: ended.exitCode, learned: learned.learned, types: learned.notLearned.length }).toEqual({
      exitCode: 1,
      learned: [],
      types: 11,
    });
    expect(await run(`${COMMAND} --learn`)).toMatchObject({ exitCode: 3 });
  });
});
