import { describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Fault, FaultRule } from '../../src/emulator/faults/fault-rules.js';
import { isJsonObject, type JsonObject } from '../../src/model/json.js';
import { offerFile } from '../end-to-end/support/small-tenant.js';
import { openTool } from '../support/chaos/open-tool.js';
import { textOf } from '../support/chaos/snapshot.js';
import { CHAOS_SECRET } from '../support/chaos/watch-secrets.js';

const NAMES = ['A', 'B', 'C'];
const FILES = { 'offers.yaml': NAMES.map((name) => offerFile(`/offers2/${name}`, `${name}, renamed`)).join('---\n') };

/** Renames three offers: A is sent alone, B and C together. Returns the outcomes and what each bulk-update sent. */
async function renameUnder(rules: readonly FaultRule[]) {
  const items = NAMES.map((name): JsonObject => ({
    path: `/offers2/${name}`,
    data: { record_type: 'offer', products: [], attributes: { display_name__limio: name } },
  }));
  const tenant = await startEmulator({ clientSecret: CHAOS_SECRET, seed: { items } });
  const tool = openTool(tenant.url, { files: FILES, scope: {} });
  try {
    const plan = await tool.plan();
    tenant.faults.replace(rules);
    tenant.edit.clearLog();
    const { result } = await tool.apply(plan);
    const bulks = tenant.log().filter(({ path }) => path.endsWith('/bulk-update'));
    return {
      outcomes: result.outcomes.map(
        ({ address, status, alreadyDone, error }) =>
          `${address.slice(-1)} ${alreadyDone ? 'already ' : ''}${status}${error ? ` ${error.code}` : ''}`,
      ),
      sent: bulks.map(({ body, status }) => `${listPaths(body)} ${status}`),
      names: tenant.state().items.map(({ data }) => (data['attributes'] as JsonObject)['display_name__limio']),
    };
  } finally {
    await tool.close();
    await tenant.close();
  }
}

function listPaths(body: unknown): string {
  const diffs = isJsonObject(body) ? body['diffs'] : undefined;
  return Array.isArray(diffs)
    ? diffs.map((diff) => (isJsonObject(diff) ? textOf(diff['path']) : '').slice(-1)).join('')
    : '';
}

const goWrong = (nth: number, fault: Fault): FaultRule => ({ operation: 'bulk-update', nth, ...fault });
const rename = (nth: number, name: string, to: string): FaultRule =>
  goWrong(nth, {
    fault: 'edit',
    when: 'after',
    edit: { path: `/offers2/${name}`, attributes: { display_name__limio: to } },
  });

describe('a bulk-update that is repeated', () => {
  test('leaves out an item that a colleague changed meanwhile, which is stale', async () => {
    const { outcomes, sent, names } = await renameUnder([
      goWrong(2, { fault: 'status', status: 429 }),
      rename(2, 'B', 'Theirs'),
    ]);
    expect(sent).toEqual(['A 200', 'BC 429', 'C 200']);
    expect(outcomes).toEqual(['A done', 'B failed STALE', 'C done']);
    expect(names).toEqual(['A, renamed', 'Theirs', 'C, renamed']);
  });

  test('leaves out an item that is already as planned', async () => {
    const { outcomes, sent } = await renameUnder([
      goWrong(2, { fault: 'status', status: 429 }),
      rename(2, 'B', 'B, renamed'),
    ]);
    expect(sent).toEqual(['A 200', 'BC 429', 'C 200']);
    expect(outcomes).toEqual(['A done', 'B already done', 'C done']);
  });

  test('is not sent again when every item was decided', async () => {
    const { outcomes, sent, names } = await renameUnder([
      goWrong(1, { fault: 'status', status: 429 }),
      rename(1, 'A', 'Theirs'),
    ]);
    expect(sent).toEqual(['A 429', 'B 200', 'C 200']);
    expect(outcomes).toEqual(['A failed STALE', 'B done', 'C done']);
    expect(names).toEqual(['Theirs', 'B, renamed', 'C, renamed']);
  });

  test('after a 502 that took effect, leaves what a colleague set since, and claims nothing of it', async () => {
    const { outcomes, sent, names } = await renameUnder([
      goWrong(2, { fault: 'status', status: 502, when: 'after' }),
      rename(2, 'B', 'Theirs'),
    ]);
    expect(sent).toEqual(['A 200', 'BC 502']);
    expect(outcomes).toEqual(['A done', 'B unverified UNVERIFIED', 'C done']);
    expect(names).toEqual(['A, renamed', 'Theirs', 'C, renamed']);
  });
});
