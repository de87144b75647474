import { makeMarker, putUnderMarker, type TextStore, upsertText, writeNoPlan } from '../../ci/ci.js';
import { countPlan } from '../../ci/outputs.js';
import { LimioError } from '../../errors/errors.js';
import { renderPlanMarkdown } from '../../render/plan/markdown.js';
import { describeError } from '../output/report-error.js';
import type { CiTools } from './ci-tools.js';
import type { CollectedPlan } from './collect-plans.js';
import type { Posted } from './report-plans.js';

export interface PostOptions {
  tools: CiTools;
  /** The token of this run is known to read only: a refusal is no failure. */
  mayBeDenied: boolean;
  runUrl?: string;
  /** The last touch that a host needs. */
  prepare?: (markdown: string) => string;
}

/**
 * The comment about one plan. A plan that does nothing makes none, and an earlier comment then says
 * so: to delete it would leave the answers to it hanging, and hide that there was a plan. Where no
 * plan could be made, an earlier comment no longer shows the old one.
 */
export async function postPlan(
  store: TextStore,
  collected: CollectedPlan,
  { tools, mayBeDenied, runUrl, prepare = (text) => text }: PostOptions,
): Promise<Posted> {
  const { environment } = collected;
  if (environment === undefined) return { action: 'none' };
  const marker = makeMarker('plan', environment);
  const render =
    'plan' in collected
      ? putUnderMarker(marker, (maxBytes) => renderPlanMarkdown(collected.plan, { maxBytes }))
      : putUnderMarker(marker, () => writeNoPlan(environment, describeError(collected.error).code, runUrl));
  try {
    return await upsertText(store, {
      marker,
      render: (maxBytes) => prepare(render(maxBytes)),
      createMissing: 'plan' in collected && countPlan(collected.plan).changes,
      pause: () => tools.clock.sleep(2000),
    });
  } catch (error) {
    if (mayBeDenied && error instanceof LimioError && error.code === 'CI_DENIED') {
      return { action: 'denied', reason: 'the token of this run may only read, as is usual for forks' };
    }
    throw error;
  }
}
