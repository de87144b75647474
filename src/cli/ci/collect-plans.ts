import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import { readPlanFile } from '../apply/choose-plan.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { formatJson } from '../output/format-json.js';
import { loadProject } from '../project/load-project.js';
import { openReader } from '../project/open-tenant.js';
import { planProject } from '../project/plan-project.js';

export interface PlanSourceOptions extends CommonOptions {
  plan?: string[];
  env?: string[];
  out?: string;
}

/** A plan, or why there is none. The environment is unknown when its very choice failed. */
export type CollectedPlan = { environment: string; plan: Plan } | { environment: string | undefined; error: unknown };

/**
 * Saved plans, or plans made now, one for each environment. What goes wrong with one does not keep
 * the others from being reported.
 */
export async function collectPlans(io: CliIo, options: PlanSourceOptions): Promise<CollectedPlan[]> {
  const { plan: files = [], env: names = [], out } = options;
  if (files.length > 0 && names.length > 0)
    throw new LimioError({
      code: 'USAGE',
      message: 'Give saved plans with --plan or environments with --env, not both.',
    });
  if (out !== undefined && (files.length > 0 || names.length > 1))
    throw new LimioError({ code: 'USAGE', message: '--out saves the plan of one environment.' });
  if (files.length > 0) return files.map((file) => toCollected(readPlanFile(io, file)));
  const collected: CollectedPlan[] = [];
  for (const name of names.length > 0 ? names : [undefined]) collected.push(await planOne(io, name, options));
  const [first] = collected;
  if (out !== undefined && first && 'plan' in first) writeFileSync(resolve(io.cwd, out), formatJson(first.plan));
  return collected;
}

async function planOne(
  io: CliIo,
  name: string | undefined,
  { config, format, debug, color }: PlanSourceOptions,
): Promise<CollectedPlan> {
  const options = {
    format,
    color,
    ...(config === undefined ? {} : { config }),
    ...(debug === undefined ? {} : { debug }),
    ...(name === undefined ? {} : { env: name }),
  };
  try {
    const project = await loadProject(io, options);
    const reader = await openReader(io, project, options);
    try {
      return toCollected(await planProject(reader, project));
    } finally {
      await reader.close();
    }
  } catch (error) {
    io.signal.throwIfAborted();
    return { environment: name ?? (io.env['LIMIO_ENV'] || undefined), error };
  }
}

function toCollected(plan: Plan): CollectedPlan {
  return { environment: plan.environment, plan };
}
