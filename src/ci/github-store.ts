import { type Json, getOwn, isJsonObject } from '../model/json.js';
import { type HostWords, readId, readText, requireOk, sendText } from './judge-answer.js';
import type { CallRest, RestRequest } from './rest-client.js';
import type { OwnText, TextStore } from './text-store.js';

const PER_PAGE = 100;

export interface GithubStoreOptions {
  call: CallRest;
  /** `owner/name` */
  repository: string;
  /** The login of the token's owner; undefined when it cannot be known, then only bots' texts count as our own. */
  viewer: string | undefined;
}

/** The comments of a pull request: for the API, a pull request is an issue. */
export function createGithubComments({ call, repository, viewer }: GithubStoreOptions, number: number): TextStore {
  const words = { name: 'GitHub', deniedHint: 'Give the job the right to comment: permissions: pull-requests: write' };
  const list = `/repos/${repository}/issues/${number}/comments`;
  return {
    findOwn: (marker) =>
      findOwn(call, `${list}?per_page=${PER_PAGE}`, (comment) => isOwn(comment, viewer, marker), 'id', words),
    create: (body) => sendText(call, { method: 'POST', path: list, json: { body } }, words, 'html_url'),
    update: (id, body) =>
      sendText(
        call,
        { method: 'PATCH', path: `/repos/${repository}/issues/comments/${id}`, json: { body } },
        words,
        'html_url',
      ),
  };
}

/** Open issues. Pull requests stand in the same list and are passed over. */
export interface GithubIssues extends TextStore {
  close(id: string, reason: string): Promise<void>;
}

export function createGithubIssues({ call, repository, viewer }: GithubStoreOptions, title: string): GithubIssues {
  const words = { name: 'GitHub', deniedHint: 'Give the job the right to write issues: permissions: issues: write' };
  const list = `/repos/${repository}/issues`;
  const isOurs = (issue: Json, marker: string): boolean =>
    isJsonObject(issue) && getOwn(issue, 'pull_request') === undefined && isOwn(issue, viewer, marker);
  return {
    findOwn: (marker) =>
      findOwn(
        call,
        `${list}?state=open&sort=created&direction=asc&per_page=${PER_PAGE}`,
        (issue) => isOurs(issue, marker),
        'number',
        words,
      ),
    create: (body) => sendText(call, { method: 'POST', path: list, json: { title, body } }, words, 'html_url'),
    update: (id, body) =>
      sendText(call, { method: 'PATCH', path: `${list}/${id}`, json: { title, body } }, words, 'html_url'),
    close: async (id, reason) => {
      await sendText(
        call,
        { method: 'POST', path: `${list}/${id}/comments`, json: { body: reason } },
        words,
        'html_url',
      );
      await sendText(
        call,
        { method: 'PATCH', path: `${list}/${id}`, json: { state: 'closed', state_reason: 'completed' } },
        words,
        'html_url',
      );
    },
  };
}

/**
 * Who the token is. GraphQL answers for every kind of token; `GET /user` refuses those of apps, and
 * so the GITHUB_TOKEN of a run.
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

/** Goes through the pages until it is found. GitHub says in `Link` whether there is a next one. */
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
  const url = readText(item, 'html_url');
  return id === undefined
    ? undefined
    : { id, body: readText(item, 'body') ?? '', ...(url === undefined ? {} : { url }) };
}

/** Anybody can write the marker into a comment, and a token with the right to write could then overwrite it. */
function isOwn(item: Json, viewer: string | undefined, marker: string): boolean {
  const user = isJsonObject(item) ? getOwn(item, 'user') : undefined;
  const ours = viewer === undefined ? readText(user, 'type') === 'Bot' : readText(user, 'login') === viewer;
  return ours && (readText(item, 'body') ?? '').trimStart().startsWith(marker);
}
