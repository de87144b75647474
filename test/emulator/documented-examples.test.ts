import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, TRIGGER_PARAMETERS } from '../../src/emulator/faults/fault-kinds.js';
import { parseFaults } from '../../src/emulator/faults/parse-faults.js';
import { OPERATION_NAMES } from '../../src/emulator/route.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { Json } from '../../src/model/json.js';
import { makeOffer, makePromoCode } from './acme-seed.js';
import { connect } from './connect.js';
import { makeCalls } from './make-calls.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/emulator.md'), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/^```json(?: (\w+))?\n([^]*?)^```/gm)].map(([, kind = 'none', text = '']) => ({
  kind,
  text,
  json: JSON.parse(text) as Json,
}));

function listExamples(kind: string): { text: string; json: Json }[] {
  return EXAMPLES.filter((example) => example.kind === kind);
}

const [documentedSeed] = listExamples('seed').map(({ json }) => json as Seed);
const SEED: Seed = {
  ...documentedSeed,
  items: [...(documentedSeed?.items ?? []), makeOffer('Digital Annual'), makeOffer('Print')],
  promoCodes: [...(documentedSeed?.promoCodes ?? []), makePromoCode('A1'), makePromoCode('B2')],
};

describe('docs/emulator.md', () => {
  it('says of every example what it is', () => {
    expect(EXAMPLES.length).toBeGreaterThan(20);
    expect(EXAMPLES.filter(({ kind }) => !['seed', 'edits', 'faults', 'schedule'].includes(kind))).toEqual([]);
  });

  it('shows a seed that can be loaded, with each part used', async () => {
    const { emulator } = await connect({ seed: documentedSeed ?? {} });
    const { items, journeys, promoCodes, liveRoutes } = emulator.state();
    expect([items.length, journeys.length, promoCodes.length, liveRoutes.map(({ route }) => route)]).toEqual([
      3,
      1,
      1,
      ['/shop/'],
    ]);
    expect(journeys[0]?.unrecognised).toEqual([]);
  });

  it('shows edits that can be made', async () => {
    const { send, emulator } = await connect({ seed: SEED });
    for (const edit of listExamples('edits').flatMap(({ json }) => json)) {
      const before = emulator.state();
      const reply = await send('POST', '/__emulator/edit', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(edit),
      });
      expect(reply.status, reply.text).toBe(200);
      expect(emulator.state()).not.toEqual(before);
    }
  });

  it.each(listExamples('faults').map(({ text, json }): [string, Json] => [text.replaceAll(/\s+/g, ' ').trim(), json]))(
    'shows faults each of which strikes: %s',
    async (_text, faults) => {
      const connection = await connect({ seed: SEED, buildMs: 10, faults });
      await makeCalls(connection, { journey: 'geo-landing' });
      const itemData = {
        name: 'New',
        record_type: 'offer',
        path: '/offers2/New',
        baseTemplate: '/config/templates/default',
        attributes: { a: 1 },
      };
      // Some of the faults strike this call as well, in whatever way.
      await connection
        .call('POST', '/limio/jobs', { jobType: 'creation', updatePath: '/limio/catalogs/1/tree/offers2', itemData })
        .catch(() => undefined);
      for (const rule of connection.emulator.faults.show().rules)
        expect(rule.fired, JSON.stringify(rule)).toBeGreaterThan(0);
    },
  );

  it('shows schedules that can be used', () => {
    for (const { json } of listExamples('schedule')) expect(parseFaults(json).rules.length).toBeGreaterThan(5);
  });

  it('describes every fault and parameter, every key of a rule and every operation, and has an example of each fault', () => {
    const parameters = Object.values(FAULT_KINDS).flatMap((form) => Object.keys(form.parameters));
    for (const fault of Object.keys(FAULT_KINDS)) expect(PAGE).toContain(`**\`${fault}\`**`);
    for (const key of Object.keys(TRIGGER_PARAMETERS)) expect(PAGE).toContain(`| \`${key}\` |`);
    for (const word of [...OPERATION_NAMES, ...parameters]) expect(PAGE).toMatch(new RegExp(`[\`"]${word}[\`"]`));
    const shown = new Set(
      listExamples('faults').flatMap(({ json }) => parseFaults(json).rules.map(({ fault }) => fault)),
    );
    expect([...shown].toSorted()).toEqual(Object.keys(FAULT_KINDS).toSorted());
  });
});
