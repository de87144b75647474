import {
  findMarked,
  makeMarker,
  type Marker,
  upsertText,
  writeNoPlan,
  writeResolved,
  writeTitle,
} from '../../ci/ci.js';
import {
  createGithubComments,
  createGithubIssues,
  type GithubContext,
  type GithubIssues,
  type GithubStoreOptions,
  readGithubContext,
  readGithubViewer,
} from '../../ci/github.js';
import { countPlan, listOutputs, writeOutputs, writeStepSummary } from '../../ci/outputs.js';
import { LimioError } from '../../errors/errors.js';
import { dropUndefined } from '../../model/json.js';
import type { Plan } from '../../model/plan.js';
import { renderProblemsGithub } from '../../render/problems.js';
import { describeError } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { PlansOptions } from '../shared/options.js';
import { locateInCheckout } from '../shared/output.js';
import { ProblemsFound } from '../shared/problems.js';
import { chooseToken } from '../shared/secrets.js';
import {
  type CiTools,
  type CollectedPlan,
  collectPlans,
  openCodeHost,
  postAndReport,
  type Posted,
  postPlan,
  renderCiPlan,
  SYSTEM_CI_TOOLS,
} from './ci.js';

export type CiGithubOptions = PlansOptions & {
  issue?: boolean;
  /** False with --no-comment. */
  comment: boolean;
};

/**
 * `limio-sync ci github`, as a step of GitHub Actions. It writes summary and outputs before it posts, so
 * that they exist whatever GitHub answers.
 */
export async function runCiGithub(
  io: CliIo,
  options: CiGithubOptions,
  tools: CiTools = SYSTEM_CI_TOOLS,
): Promise<number> {
  const context = readGithubContext(io.env);
  const token = requireToken(io, context, options);
  const collected = await collectPlans(io, options);
  annotate(io, collected, options);
  const counts = collected.flatMap((one) => ('plan' in one ? [countPlan(one.plan)] : []));
  if (context.summaryFile !== undefined)
    writeStepSummary(
      context.summaryFile,
      collected.map((one) => (maxBytes) => summarise(one, maxBytes)),
    );
  if (context.outputFile !== undefined)
    writeOutputs(context.outputFile, listOutputs(counts), `limio-sync-${crypto.randomUUID()}`);
  const post = token === undefined ? undefined : await choosePost(io, context, token, options, tools);
  await postAndReport(io, collected, post, options);
  return 0;
}

/** Undefined when there is nothing to post. @throws LimioError CI_CONTEXT without a token to post with. */
function requireToken(
  io: CliIo,
  { pullRequest }: GithubContext,
  { issue, comment }: CiGithubOptions,
): string | undefined {
  if (!issue && (pullRequest === undefined || !comment)) return undefined;
  const token = chooseToken(io, ['LIMIO_GITHUB_TOKEN', 'GITHUB_TOKEN']);
  if (token !== undefined) return token;
  throw new LimioError({
    code: 'CI_CONTEXT',
    message: 'There is no token for GitHub: neither LIMIO_GITHUB_TOKEN nor GITHUB_TOKEN is set.',
    hint: 'Set env: { GITHUB_TOKEN: ${{ github.token }} } for the step, or add --no-comment',
  });
}

function summarise(one: CollectedPlan, maxBytes: number): string {
  if ('plan' in one) return renderCiPlan(one.plan, one, maxBytes);
  const title = writeTitle({ ...one, environment: one.environment ?? 'the environment' });
  return writeNoPlan(title, describeError(one.error).code);
}

/** Invalid files, at their lines. Environments share files, so each line is printed once. */
function annotate(io: CliIo, collected: readonly CollectedPlan[], { format }: CiGithubOptions): void {
  const found = collected.flatMap((one) =>
    'error' in one && one.error instanceof ProblemsFound
      ? [renderProblemsGithub(one.error.problems, locateInCheckout(io, one.error.root))]
      : [],
  );
  const lines = new Set(found.join('').split('\n'));
  if (found.length > 0) (format === 'json' ? io.stderr : io.stdout).write([...lines].join('\n'));
}

async function choosePost(
  io: CliIo,
  context: GithubContext,
  token: string,
  { issue }: CiGithubOptions,
  tools: CiTools,
) {
  const { apiUrl, graphqlUrl, repository, pullRequest, runUrl } = context;
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28',
  };
  const call = openCodeHost(io, tools, { name: 'GitHub', baseUrl: apiUrl, headers });
  const options: GithubStoreOptions = { call, repository, viewer: await readGithubViewer(call, graphqlUrl) };
  // Without a pull request only --issue asks for a token.
  if (issue || pullRequest === undefined) {
    return { what: 'issue', run: (one: CollectedPlan) => postIssue(options, one, tools, runUrl) };
  }
  const comments = createGithubComments(options, pullRequest.number);
  const posting = { tools, mayBeDenied: pullRequest.readOnlyToken, ...dropUndefined({ runUrl }) };
  return { what: 'comment', run: (one: CollectedPlan) => postPlan(comments, one, posting) };
}

/** An issue is open while files and tenant differ. Without a plan nothing is known, so the issue stays as it is. */
async function postIssue(
  options: GithubStoreOptions,
  one: CollectedPlan,
  tools: CiTools,
  runUrl: string | undefined,
): Promise<Posted> {
  if (!('plan' in one)) return { action: 'none' };
  const { plan } = one;
  const where = one.folder === '' ? '' : ` of ${one.folder}`;
  const issues = createGithubIssues(options, `limio-sync: ${plan.environment}${where} differs from its files`);
  const marker = makeMarker('issue', one);
  if (!countPlan(plan).changes) return closeIssue(issues, marker, plan, runUrl);
  return upsertText(issues, {
    marker,
    render: (maxBytes) => renderCiPlan(plan, one, maxBytes),
    createMissing: true,
    pause: () => tools.clock.sleep(2000),
  });
}

async function closeIssue(
  issues: GithubIssues,
  marker: Marker,
  { environment }: Plan,
  runUrl: string | undefined,
): Promise<Posted> {
  const own = await findMarked(issues, marker);
  if (own === undefined) return { action: 'none' };
  await issues.close(own.id, writeResolved(environment, runUrl));
  return { action: 'closed', ...dropUndefined({ url: own.url }) };
}
