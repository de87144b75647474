import { readFileSync } from 'node:fs';
import { LimioError } from '../errors/errors.js';
import { defined, getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { OwnText, TextStore, WriteAnswer } from './ci.js';
import { type CallRest, type HostWords, readId, readText, requireOk, type RestRequest, sendText } from './rest.js';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What a step of GitHub Actions knows about its run. */
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
      message: 'This is not a run of GitHub Actions: GITHUB_REPOSITORY does not name a repository.',
      hint: 'On your own machine, use: limio-sync plan',
    });
  }
  const apiUrl = env['GITHUB_API_URL'] || 'https://api.github.com';
  const server = env['GITHUB_SERVER_URL'];
  const runId = env['GITHUB_RUN_ID'];
  return {
    repository,
    apiUrl,
    graphqlUrl: env['GITHUB_GRAPHQL_URL'] || `${apiUrl.replace(/\/v3\/?$/, '')}/graphql`,
    ...defined({
      pullRequest: findPullRequest(readEvent(env['GITHUB_EVENT_PATH']), env),
      runUrl: server && runId ? `${server}/${repository}/actions/runs/${runId}` : undefined,
      summaryFile: env['GITHUB_STEP_SUMMARY'] || undefined,
      outputFile: env['GITHUB_OUTPUT'] || undefined,
    }),
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
      message: `Cannot read the event of the run from GITHUB_EVENT_PATH (${file}).`,
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

export interface GithubStoreOptions {
  call: CallRest;
  /** `owner/name` */
  repository: string;
  /** The login of the token's owner; undefined when it cannot be known, then only bots' texts count as our own. */
  viewer: string | undefined;
}

/** The comments of a pull request: for the API, a pull request is an issue. */
export function createGithubComments({ call, repository, viewer }: GithubStoreOptions, number: number): TextStore {
  const words = { name: 'GitHub', deniedHint: 'Allow the job to comment: permissions: pull-requests: write' };
  const list = `/repos/${repository}/issues/${number}/comments`;
  const comment = `/repos/${repository}/issues/comments`;
  const send = (method: 'POST' | 'PATCH', path: string, json: JsonObject): Promise<WriteAnswer> =>
    sendText(call, { method, path, json }, words, 'html_url');
  return {
    findOwn: (marker) => findOwn(call, `${list}?per_page=100`, (one) => isOwn(one, viewer, marker), 'id', words),
    create: (body) => send('POST', list, { body }),
    update: (id, body) => send('PATCH', `${comment}/${id}`, { body }),
  };
}

/** Open issues. The list contains pull requests, too, which are skipped. */
export interface GithubIssues extends TextStore {
  close(id: string, reason: string): Promise<void>;
}

export function createGithubIssues({ call, repository, viewer }: GithubStoreOptions, title: string): GithubIssues {
  const words = { name: 'GitHub', deniedHint: 'Allow the job to write issues: permissions: issues: write' };
  const list = `/repos/${repository}/issues`;
  const first = `${list}?state=open&sort=created&direction=asc&per_page=100`;
  const send = (method: 'POST' | 'PATCH', path: string, json: JsonObject): Promise<WriteAnswer> =>
    sendText(call, { method, path, json }, words, 'html_url');
  const isOurs = (issue: Json, marker: string): boolean =>
    isJsonObject(issue) && getOwn(issue, 'pull_request') === undefined && isOwn(issue, viewer, marker);
  return {
    findOwn: (marker) => findOwn(call, first, (issue) => isOurs(issue, marker), 'number', words),
    create: (body) => send('POST', list, { title, body }),
    update: (id, body) => send('PATCH', `${list}/${id}`, { title, body }),
    close: async (id, reason) => {
      await send('POST', `${list}/${id}/comments`, { body: reason });
      await send('PATCH', `${list}/${id}`, { state: 'closed', state_reason: 'completed' });
    },
  };
}

/**
 * The owner of the token. GraphQL answers for every type of token; `GET /user` refuses those of apps, so
 * also the GITHUB_TOKEN of a run.
 */
export async function readGithubViewer(call: CallRest, graphqlUrl: string): Promise<string | undefined> {
  const answer = await call({
    method: 'POST',
    path: graphqlUrl,
    json: { query: '{ viewer { login } }' },
    repeatable: true,
  });
  const data = isJsonObject(answer.body) ? getOwn(answer.body, 'data') : undefined;
  const viewer = isJsonObject(data) ? getOwn(data, 'viewer') : undefined;
  return readText(viewer, 'login');
}

/** Reads page after page until it is found. `Link` says whether there is a next one. */
async function findOwn(
  call: CallRest,
  first: string,
  isOurs: (item: Json) => boolean,
  idKey: string,
  words: HostWords,
): Promise<OwnText | undefined> {
  for (let page = 1; ; page++) {
    const request: RestRequest = { method: 'GET', path: `${first}&page=${page}` };
    const answer = await call(request);
    requireOk(answer, request, words);
    const items = Array.isArray(answer.body) ? answer.body : [];
    const found = items.find(isOurs);
    if (found !== undefined) return toOwnText(found, idKey);
    if (items.length === 0 || !/rel="?next"?/.test(answer.headers['link'] ?? '')) return undefined;
  }
}

function toOwnText(item: Json, idKey: string): OwnText | undefined {
  const id = readId(item, idKey);
  if (id === undefined) return undefined;
  return { id, body: readText(item, 'body') ?? '', ...defined({ url: readText(item, 'html_url') }) };
}

/** Anybody can write the marker into a comment, which a token with write permission could then overwrite. */
function isOwn(item: Json, viewer: string | undefined, marker: string): boolean {
  const user = isJsonObject(item) ? getOwn(item, 'user') : undefined;
  const ours = viewer === undefined ? readText(user, 'type') === 'Bot' : readText(user, 'login') === viewer;
  return ours && (readText(item, 'body') ?? '').trimStart().startsWith(marker);
}
