import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { parseFiles, withBench } from '../support/run-scenario.js';

const COMPOSED = 'Caf\u00E9';
const DECOMPOSED = 'Cafe\u0301';

const item = (path: string, record_type: string, attributes: JsonObject = {}, data: JsonObject = {}): JsonObject => ({
  path,
  data: { record_type, attributes, ...data },
});
const quoted = (path: string, rest = ''): string =>
  `kind: offer\npath: ${JSON.stringify(path)}\nattributes: {${rest}}\n`;
const journey = (name: string, start: string, rest = ''): string =>
  `kind: journey\nname: ${JSON.stringify(name)}\nstarting_point: ${start}\n${rest}fallback_tag: /home/\njourneys: []\n`;

interface Tenant {
  items?: JsonObject[];
  journeys?: JsonObject[];
}

async function plan(tenant: Tenant, documents: readonly string[], createItems = true): Promise<Plan> {
  return withBench({ seed: { items: [], ...tenant } }, (bench) =>
    bench.plan(parseFiles(documents.map((text, i) => ({ path: `${i}.yaml`, text }))), {}, { createItems }),
  );
}

describe('a declared name that the tenant lacks, and that differs from a live one only in how it is written', () => {
  test.each([
    [
      'normal form',
      `/offers2/${COMPOSED}`,
      `/offers2/${DECOMPOSED}`,
      '"/offers2/Caf\\u00e9"',
      '"/offers2/Cafe\\u0301"',
    ],
    [
      'normal form',
      `/offers2/${DECOMPOSED}`,
      `/offers2/${COMPOSED}`,
      '"/offers2/Cafe\\u0301"',
      '"/offers2/Caf\\u00e9"',
    ],
    ['case', '/offers2/digital', '/offers2/Digital', '"/offers2/digital"', '"/offers2/Digital"'],
    ['blanks', '/offers2/Digital', '/offers2/Digital ', '"/offers2/Digital"', '"/offers2/Digital "'],
    ['blanks', '/offers2/A B', '/offers2/A\u00A0B', '"/offers2/A B"', '"/offers2/A\\u00a0B"'],
    ['blanks', '/offers2/AB', '/offers2/A  B', '"/offers2/AB"', '"/offers2/A  B"'],
    ['case and blanks', '/offers2/a b', '/offers2/A  B', '"/offers2/a b"', '"/offers2/A  B"'],
  ])(
    'is an error at the file that shows both spellings, never a creation: %s',
    async (difference, declared, live, one, other) => {
      for (const createItems of [true, false])
        await expect(plan({ items: [item(live, 'offer')] }, [quoted(declared)], createItems)).rejects.toMatchObject({
          code: 'IDENTITY_SPELLING',
          message: expect.stringContaining(
            `0.yaml:2:7 offer ${one}: the tenant has ${other} (differs only in ${
              difference === 'normal form' ? 'Unicode normal form' : difference
            })`,
          ) as string,
        });
    },
  );

  test('is an error for journeys too, and every such name is listed at once', async () => {
    const live = { name: 'Web Geo', data: { starting_point: '/start/', fallback_tag: '/home/', journeys: [] } };
    const made = plan({ items: [item('/offers2/Digital', 'offer')], journeys: [live] }, [
      quoted('/offers2/DIGITAL'),
      journey('Web  geo', '/us/'),
    ]);
    await expect(made).rejects.toMatchObject({
      code: 'IDENTITY_SPELLING',
      message: expect.stringMatching(
        /^2 declared names .*\n {2}1\.yaml:2:7 journey .*\n {2}0\.yaml:2:7 offer /,
      ) as string,
      hint: expect.stringContaining('moved_from') as string,
    });
  });

  test('is a rename where moved_from says so', async () => {
    const live = { name: 'Web Geo', data: { starting_point: '/start/', fallback_tag: '/home/', journeys: [] } };
    const { changes } = await plan({ journeys: [live] }, [journey('web geo', '/start/', 'moved_from: Web Geo\n')]);
    expect(changes).toMatchObject([{ address: 'journey:web geo', movedFrom: { address: 'journey:Web Geo' } }]);
  });

  test('is an error for a tag that a page of the tenant carries in another spelling', async () => {
    const page = item('/pages/home', 'page', {}, { tags: ['/tags/Acme'] });
    await expect(
      plan({ items: [page] }, ['kind: tag\npath: /tags/acme\n', 'kind: page\npath: /pages/home\n']),
    ).rejects.toMatchObject({ code: 'IDENTITY_SPELLING' });
  });

  test('two new names that look the same are an error at the second file', async () => {
    await expect(plan({}, [quoted('/offers2/New'), quoted('/offers2/new')])).rejects.toMatchObject({
      message: expect.stringContaining(
        '1.yaml:2:7 offer "/offers2/new": 0.yaml:2:7 declares "/offers2/New" (differs only in case)',
      ) as string,
    });
  });
});

test('two live objects whose names differ only so can both be declared, changed and end as declared', async () => {
  const names = [COMPOSED, DECOMPOSED, 'Digital', 'digital', 'Digital ', ' Digital', 'Digi\u00A0tal'];
  const seed = { items: names.map((name) => item(`/offers2/${name}`, 'offer', { cta_text__limio: 'Buy' })) };
  await withBench({ seed }, async (bench) => {
    const declared = parseFiles(
      names.map((name, i) => ({
        path: `${i}.yaml`,
        text: quoted(`/offers2/${name}`, ` cta_text__limio: "Buy ${i}" `),
      })),
    );
    const made = await bench.plan(declared);
    expect(made.summary).toMatchObject({ create: 0, update: names.length });
    const { outcomes } = await bench.apply(made);
    expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
    expect(await bench.plan(declared)).toMatchObject({ changes: [], summary: { unchanged: names.length } });
  });
});

test('a reference in another spelling than the live item is an error that shows both', async () => {
  await expect(
    plan({ items: [item('/offers2/A', 'offer'), item(`/offers2/${DECOMPOSED}`, 'offer')] }, [
      quoted('/offers2/A', ` upgrade_offers__limio: [{ path: "/offers2/${COMPOSED}" }] `),
    ]),
  ).rejects.toMatchObject({
    code: 'REFERENCE_NOT_FOUND',
    message: expect.stringContaining(
      'written "/offers2/Caf\\u00e9", and the tenant has "/offers2/Cafe\\u0301"',
    ) as string,
  });
});

test('a new name that begins or ends with a blank is created only with consent', async () => {
  const made = await plan({}, [quoted('/offers2/Fresh ')]);
  expect(made.guards).toMatchObject([
    { code: 'CREATE_LOOKALIKE', addresses: ['offer:/offers2/Fresh '], consent: { value: '1' } },
  ]);
  expect(made.guards[0]?.message).toContain('begins or ends with a blank');
});
