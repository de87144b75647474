import { test } from 'vitest';
import { randomFaults } from '../../src/emulator/random-faults.js';
import { startEmulator } from '../../src/emulator/start-emulator.js';
import { makeWorld } from '../support/chaos/make-world.js';
import { openTool } from '../support/chaos/open-tool.js';
import { CHAOS_SECRET } from '../support/chaos/watch-secrets.js';

test('debug', async () => {
  const seed = Number(process.env['CHAOS_SEED']);
  const world = [makeWorld('c', { offers: 12, codes: 0, journeys: 0 }), makeWorld('p', { offers: 0, codes: 12, journeys: 0 }), makeWorld('j', { offers: 0, codes: 0, journeys: 9 }), makeWorld('all', { offers: 6, codes: 6, journeys: 5 })][seed % 4]!;
  const hangs = seed % 5 === 0;
  const tenant = await startEmulator({ clientSecret: CHAOS_SECRET, buildMs: 3, seed: world.seed, faults: randomFaults(seed, 0.3, hangs ? 900 : 20) });
  const tool = openTool(tenant.url, world, { timeoutMs: hangs ? 400 : 10_000, maxAttempts: 2 + (seed % 4) });
  const show = () => console.log(JSON.stringify(tenant.state().journeys.find((j) => j.name === process.env['J'])?.data, null, 1));
  for (let turn = 0; turn < 3; turn += 1) {
    const plan = await tool.plan().catch((e) => void console.log(String(e)));
    if (!plan) continue;
    show();
    const { result } = await tool.apply(plan);
    console.log(JSON.stringify(result.outcomes.filter((o) => o.status !== 'done'), null, 1));
    show();
    break;
  }
  tenant.faults.clear();
  const plan = await tool.plan();
  console.log(JSON.stringify(plan.changes, null, 1));
  await tool.apply(plan);
  show();
  await tool.close(); await tenant.close();
});
