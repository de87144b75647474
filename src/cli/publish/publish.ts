import { fetchRoute } from '../../api/fetch-route.js';
import { LimioError } from '../../errors/errors.js';
import { mapConcurrent } from '../../model/async.js';
import type { LiveReader } from '../../model/live-api.js';
import type { PageOutcome, PublishedRoute, PublishReport } from '../../model/outcome.js';
import type { Plan } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { buildPublishPlan, namePages } from '../../plan/publish-plan.js';
import { renderPublishText } from '../../render/result.js';
import { chooseStyle } from '../../render/terminal.js';
import { type CarriedOut, carryOut, type CarryOutOptions } from '../shared/carry-out.js';
import { requireConsent, showPlan, type YesOptions } from '../shared/consent.js';
import type { CliIo } from '../shared/io.js';
import { tellCrashes, withLock } from '../shared/lock.js';
import { chooseColour, formatJson } from '../shared/output.js';
import { describeContext, planProject } from '../shared/plan.js';
import { openReader } from '../shared/tenant.js';
import { loadWorkspace, readFiles, type Workspace } from '../shared/workspace.js';

export interface PublishOptions extends CarryOutOptions, YesOptions {
  env?: string;
  pages?: string[];
  checkShop?: boolean;
}

/** Builds and publishes pages, and nothing else. Safe to repeat. */
export async function runPublish(io: CliIo, options: PublishOptions): Promise<number> {
  return withLock(io, 'publish', async (enter) => {
    const workspace = await loadWorkspace(io, options);
    const { shopUrl } = workspace.environment;
    if (options.checkShop && shopUrl === undefined) throw refuseShop(workspace);
    enter(workspace);
    await tellCrashes(io, workspace, options);
    const { plan, waiting } = await choosePages(io, workspace, options);
    showPlan(io, plan, options);
    await requireConsent(io, 'publish', plan, options);
    const resumeCommand = formatCommand(
      'publish',
      '--env',
      plan.environment,
      ...(options.pages ? ['--pages', ...options.pages] : []),
    );
    const carried = await carryOut(io, { command: 'publish', plan, workspace, resumeCommand }, options);
    const report = makeReport(plan, carried, waiting);
    if (options.checkShop && shopUrl !== undefined) await lookAtShop(report, shopUrl, io.signal);
    io.stdout.write(
      options.format === 'json'
        ? formatJson(report)
        : renderPublishText(report, chooseStyle(chooseColour(io.stdout, io.env, options.color))),
    );
    return carried.exitCode;
  });
}

interface Choice {
  plan: Plan;
  waiting: PublishReport['waiting'];
}

async function choosePages(io: CliIo, workspace: Workspace, options: PublishOptions): Promise<Choice> {
  const reader = await openReader(io, workspace, options);
  try {
    return options.pages === undefined
      ? await chooseNotLive(reader, workspace)
      : await chooseNamed(reader, workspace, options.pages);
  } finally {
    await reader.close();
  }
}

/** Pages of declared items whose published copy is older; those that apply would change wait for it. */
async function chooseNotLive(reader: LiveReader, workspace: Workspace): Promise<Choice> {
  const { publish, warnings, guards, filesHash } = await planProject(reader, { ...workspace, ...readFiles(workspace) });
  const pages = publish.pages.filter(({ reason }) => reason === 'not-live');
  const waiting = publish.pages
    .filter(({ reason }) => reason === 'changed')
    .map(({ path, items }) => ({ path, items }));
  const incomplete = warnings.filter(({ code }) => code === 'INCOMPLETE_READ');
  return {
    plan: buildPublishPlan(
      { pages, guards: guards.filter(({ code }) => code === 'INCOMPLETE_PAGES'), warnings: incomplete, filesHash },
      describeContext(workspace),
    ),
    waiting,
  };
}

async function chooseNamed(reader: LiveReader, workspace: Workspace, patterns: readonly string[]): Promise<Choice> {
  const [pages, offers] = await Promise.all([
    reader.listItems('page', 'catalog'),
    reader.listItems('offer', 'catalog'),
  ]);
  const incomplete = [pages, offers].filter(({ complete }) => !complete);
  const warnings = incomplete.map(({ note }) => ({
    code: 'INCOMPLETE_READ' as const,
    message: `A list could not be read to its proven end (${note ?? 'no reason given'}), so a page that was named may be missing.`,
  }));
  return {
    plan: buildPublishPlan(
      { pages: namePages(patterns, pages.items, offers.items), warnings, filesHash: hashDesired([]) },
      describeContext(workspace),
    ),
    waiting: [],
  };
}

function makeReport(plan: Plan, { result, run }: CarriedOut, waiting: PublishReport['waiting']): PublishReport {
  const { environment, host, interrupted } = result;
  const { pages: outcomes, withheld } = result.publish;
  return {
    kind: 'limio-sync/publish',
    formatVersion: 1,
    environment,
    host,
    ...(run === undefined ? {} : { run }),
    pages: plan.publish.pages.map(({ path, items }) => ({
      path,
      changed: items,
      build: outcomes.find((outcome) => outcome.path === path)?.build ?? 'none',
      routes: outcomes.filter((outcome) => outcome.path === path).map(toRoute),
    })),
    ...(withheld ? { withheld } : {}),
    waiting,
    interrupted,
  };
}

function toRoute({ path: _path, build: _build, ...route }: PageOutcome): PublishedRoute {
  return route;
}

/** Shown, not judged: the storefront's cache keeps pages for about an hour (API reference, section 7). */
async function lookAtShop({ pages }: PublishReport, shopUrl: string, signal: AbortSignal): Promise<void> {
  const routes = pages.flatMap((page) => page.routes);
  await mapConcurrent(routes, 4, async (one) => {
    if (one.route !== undefined) one.shop = await fetchRoute(shopUrl, one.route, signal);
  });
}

function refuseShop({ environment: { name } }: Workspace): LimioError {
  return new LimioError({
    code: 'USAGE',
    message: `--check-shop was given, and the environment ${name} does not name its storefront.`,
    hint: `Add it to limio.config: environments.${name}.shop = "shop.example.com"`,
  });
}
