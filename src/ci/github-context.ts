import { readFileSync } from 'node:fs';
import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What a step of GitHub Actions is told about its run. */
export interface GithubContext {
  /** `owner/name` */
  repository: string;
  /** `https://api.github.com`, or `https://host/api/v3` on GitHub Enterprise Server. */
  apiUrl: string;
  graphqlUrl: string;
  /** Absent on a push, a schedule, and wherever else there is no pull request. */
  pullRequest?: {
    number: number;
    /** True for a fork and for Dependabot: GitHub gives their runs a token that only reads. */
    readOnlyToken: boolean;
  };
  runUrl?: string;
  summaryFile?: string;
  outputFile?: string;
}

/**
 * Reads the variables and the event file of a run (GitHub, "Variables reference" and "Webhook events").
 * @throws LimioError CI_CONTEXT outside of GitHub Actions.
 */
export function readGithubContext(env: Variables): GithubContext {
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new LimioError({
      code: 'CI_CONTEXT',
      message: 'This is no run of GitHub Actions: GITHUB_REPOSITORY does not name a repository.',
      hint: 'On your own machine, use: limio-sync plan',
    });
  }
  const apiUrl = env['GITHUB_API_URL'] || 'https://api.github.com';
  const server = env['GITHUB_SERVER_URL'];
  const runId = env['GITHUB_RUN_ID'];
  const pullRequest = findPullRequest(readEvent(env['GITHUB_EVENT_PATH']), env);
  return {
    repository,
    apiUrl,
    graphqlUrl: env['GITHUB_GRAPHQL_URL'] || `${apiUrl.replace(/\/v3\/?$/, '')}/graphql`,
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(server && runId ? { runUrl: `${server}/${repository}/actions/runs/${runId}` } : {}),
    ...(env['GITHUB_STEP_SUMMARY'] ? { summaryFile: env['GITHUB_STEP_SUMMARY'] } : {}),
    ...(env['GITHUB_OUTPUT'] ? { outputFile: env['GITHUB_OUTPUT'] } : {}),
  };
}

function readEvent(file: string | undefined): JsonObject {
  if (!file) return {};
  try {
    const event: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isJsonObject(event) ? event : {};
  } catch (error) {
    throw new LimioError({
      code: 'CI_CONTEXT',
      message: `The event of the run cannot be read from GITHUB_EVENT_PATH (${file}).`,
      cause: error,
    });
  }
}

/** From the event (`pull_request`, or a comment on one), else from the ref `refs/pull/N/merge`. */
function findPullRequest(event: JsonObject, env: Variables): GithubContext['pullRequest'] {
  const pull = pick(event, 'pull_request');
  const issue = pick(event, 'issue');
  const commented = issue && getOwn(issue, 'pull_request') !== undefined ? issue : undefined;
  const named = pull ?? commented;
  const number = named
    ? getOwn(named, 'number')
    : Number(/^refs\/pull\/(\d+)\/merge$/.exec(env['GITHUB_REF'] ?? '')?.[1] ?? NaN);
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined;
  return { number, readOnlyToken: env['GITHUB_ACTOR'] === 'dependabot[bot]' || (pull !== undefined && isFork(pull)) };
}

/** The head of a fork that was deleted has no repository. */
function isFork(pull: JsonObject): boolean {
  const name = (side: string): unknown => {
    const repository = pick(pick(pull, side) ?? {}, 'repo');
    return repository && getOwn(repository, 'full_name');
  };
  return name('head') !== name('base');
}

function pick(object: JsonObject, key: string): JsonObject | undefined {
  const value = getOwn(object, key);
  return isJsonObject(value) ? value : undefined;
}
