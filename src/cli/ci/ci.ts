import { makeMarker, type Subject, type TextStore, upsertText, writeNoPlan, writeTitle } from '../../ci/ci.js';
import { countPlan } from '../../ci/outputs.js';
import { type CallRest, createRestClient } from '../../ci/rest.js';
import { LimioError } from '../../errors/errors.js';
import type { Clock } from '../../model/async.js';
import { dropUndefined } from '../../model/json.js';
import type { Plan } from '../../model/plan.js';
import { escapeTerminal } from '../../render/escape.js';
import { renderPlanMarkdown } from '../../render/plan/markdown.js';
import { findFolderInRepository } from '../../config/config.js';
import { findConfigFolder, openConfig } from '../shared/config.js';
import { describeError, exitCodeOf, refuseUsage } from '../shared/error-report.js';
import { type CliIo, SYSTEM_CLOCK } from '../shared/io.js';
import type { CommonOptions, PlansOptions } from '../shared/options.js';
import { formatJson, writeOutput } from '../shared/output.js';
import { planProject, readPlanFile } from '../shared/plan.js';
import { findWorst, listEnvironments } from '../shared/sections.js';
import { pullState } from '../shared/team-state.js';
import { withTenant } from '../shared/tenant.js';
import { chooseEnvironment, createFileCache, type FileCache, loadProject } from '../shared/workspace.js';

/**
 * What github.ts and gitlab.ts share, in this order:
 * 1. `collectPlans`: saved plans, or new plans of some environments
 * 2. `postPlan`: one comment for each environment, updated in place
 * 3. `postAndReport`: posts them all, prints the result, throws the worst error
 */
export type CollectedPlan =
  | (Subject & { plan: Plan })
  /** No plan could be made. The environment is unknown when choosing it failed. */
  | (Omit<Subject, 'environment'> & { environment: string | undefined; error: unknown });

/** One for each environment. An error of one environment is collected as well, so that the others are reported. */
export async function collectPlans(io: CliIo, options: PlansOptions): Promise<CollectedPlan[]> {
  const { plan: files = [], env: named = [], allEnvs = false, out } = options;
  if (files.length > 0 && (allEnvs || named.length > 0))
    throw refuseUsage(`--plan and --${allEnvs ? 'all-envs' : 'env'} cannot be used together.`);
  if (out !== undefined && (files.length > 0 || allEnvs || named.length > 1))
    throw refuseUsage('--out saves one new plan: it requires exactly one environment and no --plan.');
  const folder = findFolderInRepository(findConfigFolder(io, options));
  if (files.length > 0) return files.map((file) => toCollected(readPlanFile(io, file), folder));
  const collected: CollectedPlan[] = [];
  const names = allEnvs ? await listEnvironments(io, options) : named;
  const cache = createFileCache();
  for (const name of names.length > 0 ? names : [undefined])
    collected.push(await planOne(io, { env: name, cache, folder }, options));
  const [first] = collected;
  if (out !== undefined && first && 'plan' in first) writeOutput(io, out, formatJson(first.plan));
  return collected;
}

async function planOne(
  io: CliIo,
  { env: name, cache, folder }: { env: string | undefined; cache: FileCache; folder: string },
  { config, debug, timeout }: PlansOptions,
): Promise<CollectedPlan> {
  const options = dropUndefined({ config, debug, timeout, env: name, cache });
  try {
    const project = await loadProject(io, options);
    await pullState(project);
    const { plan } = await withTenant(io, project, options, (tenant) => planProject(tenant, project));
    return toCollected(plan, folder);
  } catch (error) {
    io.signal.throwIfAborted();
    const environment = name ?? (io.env['LIMIO_ENV'] || undefined);
    return { environment, folder, error, ...dropUndefined({ host: await findHost(io, options) }) };
  }
}

function toCollected(plan: Plan, folder: string): CollectedPlan {
  return { environment: plan.environment, host: plan.host, folder, plan };
}

/** Undefined when the configuration has no such environment or cannot be read. */
async function findHost(io: CliIo, options: Pick<PlansOptions, 'config'> & { env?: string }) {
  try {
    return chooseEnvironment(io, (await openConfig(io, options)).config, options).host;
  } catch {
    return undefined;
  }
}

/** The plan under a heading that says whose it is. */
export function renderCiPlan(plan: Plan, { folder }: Subject, maxBytes: number): string {
  const title = folder === '' ? {} : { title: `Plan for ${plan.environment} of ${folder}` };
  return renderPlanMarkdown(plan, { maxBytes, ...title });
}

/** Clock and randomness for calls of a code host. Tests pass their own. */
export interface CiTools {
  clock: Clock;
  random: () => number;
}

export const SYSTEM_CI_TOOLS: CiTools = { clock: SYSTEM_CLOCK, random: Math.random };

/** A client that reports on stderr why it waits. */
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
    onWait: (why, ms) => void io.stderr.write(`${escapeTerminal(why)}; retrying in ${Math.ceil(ms / 1000)} s\n`),
  });
}

/** What happened to the comment or issue about one plan. */
export interface Posted {
  /** `denied`: the token may only read. `none`: there was nothing to post. */
  action: 'created' | 'updated' | 'unchanged' | 'closed' | 'none' | 'denied';
  url?: string;
  reason?: string;
}

export interface PostOptions {
  tools: CiTools;
  /** The token may be read-only, so a refusal is no failure. */
  mayBeDenied: boolean;
  runUrl?: string;
  /** A last change that the host requires. */
  prepare?: (markdown: string) => string;
}

/**
 * An empty plan creates no comment, but updates an earlier one: deleting it would orphan the replies. An
 * earlier comment is updated too when no plan could be made, so that it does not show an outdated plan.
 */
export async function postPlan(
  store: TextStore,
  collected: CollectedPlan,
  { tools, mayBeDenied, runUrl, prepare = (text) => text }: PostOptions,
): Promise<Posted> {
  const { environment } = collected;
  if (environment === undefined) return { action: 'none' };
  const subject = { ...collected, environment };
  const title = writeTitle(subject);
  const render =
    'plan' in collected
      ? (maxBytes: number) => renderCiPlan(collected.plan, subject, maxBytes)
      : () => writeNoPlan(title, describeError(collected.error).code, runUrl);
  try {
    return await upsertText(store, {
      marker: makeMarker('plan', subject),
      render: (maxBytes) => prepare(render(maxBytes)),
      createMissing: 'plan' in collected && countPlan(collected.plan).changes,
      pause: () => tools.clock.sleep(2000),
    });
  } catch (error) {
    if (mayBeDenied && error instanceof LimioError && error.code === 'CI_DENIED')
      return { action: 'denied', reason: 'the token of this run is read-only, as is usual for forks' };
    throw error;
  }
}

/** Posts each plan, prints the result, then throws the worst error. `what` names the text: comment, note, issue. */
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
  // stdout holds one JSON document: with a failure, that of the failure.
  if (format === 'text')
    for (const { one, posted } of reports) io.stdout.write(renderLine(one, posted, post?.what ?? ''));
  if (failures.length > 0) throw findWorstFailure(failures);
  if (format === 'json') io.stdout.write(renderJson(reports));
}

/** The failure that decides the exit code; all are in the comments and the summary. */
function findWorstFailure(failures: readonly unknown[]): unknown {
  const codes = failures.map((failure) => exitCodeOf(describeError(failure)));
  return failures[codes.indexOf(findWorst(codes))];
}

function renderLine(one: CollectedPlan, posted: Posted | undefined, what: string): string {
  const suffix = posted === undefined ? '' : `; ${describePosted(posted, what)}`;
  return `${escapeTerminal(`${one.environment ?? 'no environment'}: ${describeCounts(one)}${suffix}`)}\n`;
}

function describeCounts(one: CollectedPlan): string {
  if (!('plan' in one)) return 'no plan';
  const { changes, create, update, delete: deleted, refused } = countPlan(one.plan);
  return changes
    ? `${create} to create, ${update} to update, ${deleted} to delete, ${refused} refused`
    : 'nothing to change';
}

function describePosted({ action, url, reason }: Posted, what: string): string {
  if (action === 'none') return `no ${what} needed`;
  if (action === 'denied') return `no ${what}, because ${reason}`;
  return `${what} ${action}${url === undefined ? '' : ` ${url}`}`;
}

function renderJson(reports: readonly { one: CollectedPlan; posted?: Posted }[]): string {
  const environments = reports.flatMap(({ one, posted }) =>
    'plan' in one ? [{ ...countPlan(one.plan), ...dropUndefined({ posted }) }] : [],
  );
  return formatJson({ kind: 'limio-sync/ci', formatVersion: 1, environments });
}
