import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import type { Pull } from '../../src/model/pull.js';
import { parseDocument } from '../support/run-program.js';
import { type Cleanup, openWorkspace, type Workspace } from './support/in-process.js';
import { KINDS_SEED, LISTED } from './support/kinds-tenant.js';

/** One line of one file of each kind, and of each odd object, and what a person makes of it. */
const EDITS: readonly [before: string, after: string][] = [
  ['product_code__limio: D1', 'product_code__limio: D2'],
  ['display_name__limio: Extra seat', 'display_name__limio: One more seat'],
  ['display_name__limio: Digital monthly', 'display_name__limio: Monthly'],
  ['display_name__limio: Digital annual', 'display_name__limio: Year'],
  ['headline: Winter sale', 'headline: The last days'],
  ['display_name__limio: United Kingdom', 'display_name__limio: Britain'],
  ['meta_title__limio: Spring', 'meta_title__limio: Summer'],
  ['meta_title__limio: Odd', 'meta_title__limio: Even'],
  ['percentageDiscount: 10', 'percentageDiscount: 5'],
  ['values: [US]', 'values: [CA]'],
  ['price: 499', 'price: 489'],
  ['display_name__limio: Composed', 'display_name__limio: One code point'],
  ['display_name__limio: Decomposed', 'display_name__limio: Two code points'],
  ['display_name__limio: Blank at the end', 'display_name__limio: A blank at the end'],
];

const ROUTES = ['/odd/', '/spring/', '/winter/'];

function readFiles(root: string): [file: string, text: string][] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]);
}

/** Each step goes on where the one before it ended. */
describe('a tenant with an object of every kind, in every folder', { shuffle: false }, () => {
  const cleanups: (() => void | Promise<void>)[] = [];
  const cleanup: Cleanup = { onTestFinished: (clean) => void cleanups.push(clean) };
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await openWorkspace(cleanup, { seed: KINDS_SEED, files: {} });
  });
  afterAll(async () => {
    for (const clean of cleanups.toReversed()) await clean();
  });

  const plan = async (): Promise<Plan> => parseDocument(await workspace.run('plan --format json')) as Plan;
  const expectNothingToDo = async (): Promise<void> => {
    const { changes, publish, guards, warnings, summary } = await plan();
    expect({ changes, pages: publish.pages, guards, warnings }).toEqual({
      changes: [],
      pages: [],
      guards: [],
      warnings: [],
    });
    expect(summary.unchanged).toBe(LISTED);
  };

  test('is adopted whole, and then there is nothing to do', async () => {
    const pulled = await workspace.run(['pull', '--adopt', '*', '--format', 'json']);
    const { adopted, refused } = parseDocument(pulled) as Pull;
    expect({ refused, exitCode: pulled.exitCode }).toEqual({ refused: [], exitCode: 0 });
    expect(adopted.flatMap(({ leftOut }) => leftOut)).toEqual([]);
    expect(adopted).toHaveLength(LISTED);
    await expectNothingToDo();
  });

  test('takes a change of each kind, publishes it, and then there is nothing to do', async () => {
    for (const [before, after] of EDITS) {
      const found = readFiles(workspace.root).filter(([, text]) => text.includes(before));
      expect(found.map(([file]) => file)).toHaveLength(1);
      for (const [file, text] of found) workspace.write(file, text.replace(before, after));
    }
    const planned = await plan();
    expect(planned.changes).toHaveLength(EDITS.length);
    expect(planned.publish.onNoPage).toEqual([]);
    expect(planned.guards).toEqual([]);
    const applied = await workspace.run('apply --yes --format json');
    const { outcomes, publish } = parseDocument(applied) as ApplyResult;
    expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
    expect(publish.pages.map(({ route, status }) => `${route} ${status}`).toSorted()).toEqual(
      ROUTES.map((route) => `${route} live`),
    );
    expect(applied.exitCode).toBe(0);
    await expectNothingToDo();
  });
});
