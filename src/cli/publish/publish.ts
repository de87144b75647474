import { fetchRoute } from '../../api/fetch-route.js';
import type { LimioError } from '../../errors/errors.js';
import { createLiveState } from '../../kinds/read-live.js';
import { mapConcurrent } from '../../model/async.js';
import { dropUndefined } from '../../model/json.js';
import type { PageOutcome, PublishedRoute, PublishReport } from '../../model/outcome.js';
import type { Plan } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { listPlaces, readPlaces } from '../../plan/pages/places.js';
import { namePages, planPages } from '../../plan/publish-plan.js';
import { renderPublishText } from '../../render/result.js';
import { requireConsent, showPlan } from '../shared/consent.js';
import { refuseUsage } from '../shared/error-report.js';
import { type ExecutedPlan, executePlan } from '../shared/execute-plan.js';
import type { CliIo } from '../shared/io.js';
import { withLock } from '../shared/lock.js';
import type { ConsentOptions, TenantOptions, YesOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { describeContext, findPendingPublishes, planProject } from '../shared/plan.js';
import { parseNames } from '../shared/selectors.js';
import { savePendingPublishes } from '../shared/state.js';
import { type Tenant, withTenant } from '../shared/tenant.js';
import { loadWorkspace, readProject, type Workspace } from '../shared/workspace.js';

export type PublishOptions = TenantOptions &
  YesOptions &
  Pick<ConsentOptions, 'allowPriceChange' | 'allowAlsoPublish'> & {
    pages?: string[];
    checkShop?: boolean;
  };

/** `limio-sync publish`: builds and publishes pages, and nothing else. Safe to repeat. */
export async function runPublish(io: CliIo, options: PublishOptions): Promise<number> {
  const workspace = await loadWorkspace(io, options);
  const { shopUrl } = workspace.environment;
  if (options.checkShop && shopUrl === undefined) throw refuseShop(workspace);
  return withLock(io, 'publish', workspace, options, async (held) => {
    const pages = options.pages ? ['--pages', ...options.pages] : [];
    const resumeCommand = formatCommand('publish', '--env', workspace.environment.name, ...pages);
    const { plan, waiting } = await withTenant(io, workspace, options, (tenant) =>
      options.pages === undefined
        ? planNotLive(tenant, workspace, resumeCommand)
        : planNamed(tenant, workspace, options.pages, resumeCommand),
    );
    showPlan(io, plan, options);
    await requireConsent(io, 'publish', plan, options);
    const executed = await executePlan(io, { command: 'publish', plan, workspace, held, resumeCommand }, options);
    await savePendingPublishes(io, workspace, held, executed.note);
    const report = makeReport(plan, executed, waiting);
    if (options.checkShop && shopUrl !== undefined) await fetchRoutes(report, shopUrl, io.signal);
    printResult(io, options, report, ({ style }) => renderPublishText(report, style));
    return executed.exitCode;
  });
}

interface PublishChoice {
  plan: Plan;
  /** Pages that apply changes first, so that publish leaves them alone. */
  waiting: PublishReport['waiting'];
}

/** Pages whose published copy is older than a declared item. */
async function planNotLive(tenant: Tenant, workspace: Workspace, command: string): Promise<PublishChoice> {
  const { plan, comparison } = await planProject(tenant, await readProject(workspace));
  const { publish, warnings, guards, filesHash, basis } = plan;
  return {
    plan: await planPages(
      comparison.reader,
      {
        pages: publish.pages.filter(({ reason }) => reason === 'not-live'),
        // What concerns single pages is found again for those that are published.
        guards: guards.filter(({ code, stopsPublish }) => code === 'INCOMPLETE_PAGES' && stopsPublish),
        warnings: warnings.filter(({ code }) => code === 'INCOMPLETE_READ' || code === 'INDEX_STALE'),
        filesHash,
        basis,
        command,
      },
      { ...comparison, pendingPublishes: findPendingPublishes(workspace) },
      describeContext(workspace),
    ),
    waiting: publish.pages.filter(({ reason }) => reason === 'changed').map(({ path, items }) => ({ path, items })),
  };
}

async function planNamed(
  { reader, kinds }: Tenant,
  workspace: Workspace,
  patterns: readonly string[],
  command: string,
): Promise<PublishChoice> {
  const [places, offers] = await Promise.all([readPlaces(reader, 'catalog'), reader.listItems('offer', 'catalog')]);
  const warnings = [places.page, places.campaign, offers]
    .filter(({ complete }) => !complete)
    .map(({ note }) => ({
      code: 'INCOMPLETE_READ' as const,
      message: `Could not read a list to its end (${note ?? 'no reason given'}), so a named page may be missing.`,
    }));
  return {
    plan: await planPages(
      reader,
      {
        pages: namePages(parseNames(patterns), listPlaces(places), offers.items),
        warnings,
        filesHash: hashDesired([]),
        command,
      },
      { kinds, diffs: [], state: createLiveState(), pendingPublishes: findPendingPublishes(workspace) },
      describeContext(workspace),
    ),
    waiting: [],
  };
}

function makeReport(plan: Plan, { result, run }: ExecutedPlan, waiting: PublishReport['waiting']): PublishReport {
  const { environment, host, interrupted } = result;
  const { pages: outcomes, withheld } = result.publish;
  return {
    kind: 'limio-sync/publish',
    formatVersion: 1,
    environment,
    host,
    ...dropUndefined({ run }),
    pages: plan.publish.pages.map(({ path, items }) => {
      const own = outcomes.filter((outcome) => outcome.path === path);
      return { path, changed: items, build: own[0]?.build ?? 'none', routes: own.map(toRoute) };
    }),
    ...dropUndefined({ withheld }),
    waiting,
    interrupted,
  };
}

function toRoute({ path: _path, build: _build, ...route }: PageOutcome): PublishedRoute {
  return route;
}

/** Only shown: the cache of the storefront keeps pages for about an hour (API reference, section 7). */
async function fetchRoutes({ pages }: PublishReport, shopUrl: string, signal: AbortSignal): Promise<void> {
  const routes = pages.flatMap((page) => page.routes);
  await mapConcurrent(routes, 4, async (one) => {
    if (one.route !== undefined) one.shop = await fetchRoute(shopUrl, one.route, signal);
  });
}

function refuseShop({ environment: { name } }: Workspace): LimioError {
  return refuseUsage(
    `--check-shop requires the storefront of the environment ${name}, which limio.config does not name.`,
    `Add it to limio.config: environments.${name}.shop = "shop.example.com"`,
  );
}
