import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeMarker, putUnderMarker, type TextStore, upsertText, writeNoPlan } from '../../ci/ci.js';
import { countPlan } from '../../ci/outputs.js';
import { type CallRest, createRestClient } from '../../ci/rest.js';
import { LimioError } from '../../errors/errors.js';
import type { Clock } from '../../model/async.js';
import type { Plan } from '../../model/plan.js';
import { escapeTerminal } from '../../render/escape.js';
import { renderPlanMarkdown } from '../../render/plan/markdown.js';
import { readPlanFile } from '../apply/choose-plan.js';
import { describeError } from '../shared/error-report.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from '../shared/io.js';
import { formatJson } from '../shared/output.js';
import { planProject } from '../shared/plan.js';
import { openReader } from '../shared/tenant.js';
import { loadProject } from '../shared/workspace.js';

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

/** What became of the text about one plan. */
export interface Posted {
  /** `denied`: the token may only read. `none`: nothing was there and nothing was to be said. */
  action: 'created' | 'updated' | 'unchanged' | 'closed' | 'none' | 'denied';
  url?: string;
  reason?: string;
}

/** Posts what there is to post, then prints the result, then throws the first thing that went wrong. */
export async function postAndReport(
  io: CliIo,
  collected: readonly CollectedPlan[],
  post: { what: string; run(one: CollectedPlan): Promise<Posted> } | undefined,
  { format }: Pick<CommonOptions, 'format'>,
): Promise<void> {
  const failures = collected.flatMap((one) => ('error' in one ? [one.error] : []));
  const reports: { one: CollectedPlan; posted?: Posted }[] = [];
  for (const one of collected) {
    try {
      reports.push({ one, ...(post === undefined ? {} : { posted: await post.run(one) }) });
    } catch (error) {
      io.signal.throwIfAborted();
      failures.push(error);
    }
  }
  // One JSON document on stdout: with a failure it is that of the failure.
  if (format === 'text')
    for (const { one, posted } of reports) io.stdout.write(renderLine(one, posted, post?.what ?? ''));
  if (failures.length > 0) throw failures[0];
  if (format === 'json') io.stdout.write(renderJson(reports));
}

function renderLine(one: CollectedPlan, posted: Posted | undefined, what: string): string {
  const said = posted === undefined ? '' : `; ${describe(posted, what)}`;
  return `${escapeTerminal(`${one.environment ?? 'no environment'}: ${countInWords(one)}${said}`)}\n`;
}

function countInWords(one: CollectedPlan): string {
  if (!('plan' in one)) return 'no plan';
  const { changes, create, update, delete: deleted, refused } = countPlan(one.plan);
  return changes
    ? `${create} to create, ${update} to update, ${deleted} to delete, ${refused} refused`
    : 'nothing to change';
}

function describe({ action, url, reason }: Posted, what: string): string {
  if (action === 'none') return `no ${what} needed`;
  if (action === 'denied') return `no ${what}, because ${reason}`;
  return `${what} ${action}${url === undefined ? '' : ` ${url}`}`;
}

function renderJson(reports: readonly { one: CollectedPlan; posted?: Posted }[]): string {
  const environments = reports.flatMap(({ one, posted }) =>
    'plan' in one ? [{ ...countPlan(one.plan), ...(posted === undefined ? {} : { posted }) }] : [],
  );
  return formatJson({ kind: 'limio-sync/ci', formatVersion: 1, environments });
}

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

/** Time and chance for the calls of a code host; tests hand in their own. */
export interface CiTools {
  clock: Clock;
  random: () => number;
}

export const SYSTEM_CI_TOOLS: CiTools = { clock: SYSTEM_CLOCK, random: Math.random };

/** A client that says on stderr why it waits. */
export function openCodeHost(
  io: CliIo,
  { clock, random }: CiTools,
  host: { name: string; baseUrl: string; headers: Readonly<Record<string, string>> },
): CallRest {
  return createRestClient({
    ...host,
    clock,
    random,
    signal: io.signal,
    onWait: (why, ms) => void io.stderr.write(`${escapeTerminal(why)}; again in ${Math.ceil(ms / 1000)} s\n`),
  });
}
