import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildGuide } from '../../src/doctor/journeys/guide.js';
import { createJourneyCodec } from '../../src/kinds/journey/codec.js';
import { buildByGuide } from '../doctor/support/build-by-guide.js';
import { openFolder, openTenant } from '../end-to-end/support/open-workspace.js';
import { type FollowedCommand, followGuide } from './support/follow-guide.js';
import { fillGap, writeOutputs } from './support/guide-outputs.js';
import { PROD, SANDBOX, seedGuideTenant } from './support/guide-tenant.js';
import { parseGuide } from './support/parse-guide.js';
import { readPage, ROOT } from './support/read-page.js';

const PAGE = 'docs/environments.md';
/** Writes the current outputs into the page: `UPDATE_DOCS=1 npx vitest run test/docs/environments-doc.test.ts`. */
const UPDATE = process.env['UPDATE_DOCS'] === '1';

/** The journey that `doctor --learn-journeys` asks a person to build. */
const PROBE = createJourneyCodec('assumed', []).encode(
  buildByGuide(buildGuide({ labels: ['digital'], segments: [], routes: ['/home/', '/subscribe/'] })),
).wire;

const page = readPage(PAGE);
const steps = parseGuide(page);

describe('docs/environments.md', () => {
  test('each command, in the order of the page, prints what the page shows', { timeout: 400_000 }, async (context) => {
    const sandbox = await openTenant(context, { seed: seedGuideTenant(SANDBOX, true), buildMs: 0 });
    const prod = await openTenant(context, { seed: seedGuideTenant(PROD, false), buildMs: 0 });
    const environments = {
      sandbox: {
        tenant: 'acme-sandbox',
        url: sandbox.url,
        edits: { ...sandbox.edit, buildProbe: (name: string) => sandbox.edit.journey(name, PROBE) },
      },
      prod: { tenant: 'acme', url: prod.url, edits: { ...prod.edit } },
    };
    const followed: FollowedCommand[] = [];
    try {
      await followGuide(steps, openFolder(context), environments, followed);
    } finally {
      // The outputs before a failing step show why it fails.
      if (UPDATE) writeFileSync(join(ROOT, PAGE), writeOutputs(page, followed));
    }
    if (UPDATE) return;
    for (const { command, printed } of followed)
      expect.soft(fillGap(command.output, printed), `$ ${command.line}`).toBe(command.output);
  });

  test('only commands of other programs are not run', () => {
    const lines = steps.flatMap((step) => (step.kind === 'shell' ? step.lines : []));
    expect(lines.filter((line) => !/^(?:npm install|git|export) /.test(line))).toEqual([]);
  });
});
