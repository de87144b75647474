import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json } from '../model/json.js';
import type { OwnText, TextStore } from './ci.js';
import type { Variables } from './github.js';
import { type CallRest, readId, readText, requireOk, type RestRequest, sendText } from './rest.js';

/** What a job of GitLab CI knows about its pipeline ("Predefined CI/CD variables"). */
export interface GitlabContext {
  /** `https://gitlab.example.com/api/v4` */
  apiUrl: string;
  /** Absent outside of merge request pipelines. */
  mergeRequest?: {
    /** The project that the request is for; in the pipeline of a fork this is not the pipeline's own. */
    project: string;
    iid: string;
    /** The source is a fork, whose pipeline has no token for this project. */
    fork: boolean;
  };
}

/** @throws LimioError CI_CONTEXT outside of GitLab CI. */
export function readGitlabContext(env: Variables): GitlabContext {
  const apiUrl = env['CI_API_V4_URL'];
  const project = env['CI_MERGE_REQUEST_PROJECT_ID'] || env['CI_PROJECT_ID'];
  if (!apiUrl || !project) {
    throw new LimioError({
      code: 'CI_CONTEXT',
      message: 'This is not a job of GitLab CI: CI_API_V4_URL or CI_PROJECT_ID is not set.',
      hint: 'On your own machine, use: limio-sync plan',
    });
  }
  const iid = env['CI_MERGE_REQUEST_IID'];
  if (!iid) return { apiUrl };
  const source = env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'];
  return { apiUrl, mergeRequest: { project, iid, fork: Boolean(source) && source !== project } };
}

const WORDS = {
  name: 'GitLab',
  deniedHint:
    'The token needs the scope "api" and the role Reporter or higher in the project. CI_JOB_TOKEN cannot write notes.',
};

/** The notes of a merge request (GitLab, "Notes API"). A body goes through `disarmCommands` first. */
export function createGitlabNotes(call: CallRest, { project, iid }: { project: string; iid: string }): TextStore {
  const list = `/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(iid)}/notes`;
  return {
    findOwn: async (marker) => findOwn(call, list, marker, await readViewer(call)),
    create: (body) => sendText(call, { method: 'POST', path: list, json: { body } }, WORDS, 'url'),
    update: (id, body) => sendText(call, { method: 'PUT', path: `${list}/${id}`, json: { body } }, WORDS, 'url'),
  };
}

async function readViewer(call: CallRest): Promise<string | undefined> {
  const request: RestRequest = { method: 'GET', path: '/user' };
  const answer = await call(request);
  requireOk(answer, request, WORDS);
  return readId(answer.body, 'id');
}

/** Reads page after page until it is found; the last one names no next page. */
async function findOwn(
  call: CallRest,
  list: string,
  marker: string,
  viewer: string | undefined,
): Promise<OwnText | undefined> {
  for (let page = '1'; page !== '';) {
    const request: RestRequest = {
      method: 'GET',
      path: `${list}?per_page=100&sort=asc&order_by=created_at&page=${page}`,
    };
    const answer = await call(request);
    requireOk(answer, request, WORDS);
    const items = Array.isArray(answer.body) ? answer.body : [];
    const found = items.find((note) => isOwn(note, viewer, marker));
    const id = readId(found, 'id');
    if (id !== undefined) return { id, body: readText(found, 'body') ?? '' };
    page = /^\d+$/.exec(answer.headers['x-next-page'] ?? '')?.[0] ?? '';
  }
  return undefined;
}

function isOwn(note: Json, viewer: string | undefined, marker: string): boolean {
  const author = isJsonObject(note) ? getOwn(note, 'author') : undefined;
  return (
    viewer !== undefined &&
    readId(author, 'id') === viewer &&
    (readText(note, 'body') ?? '').trimStart().startsWith(marker)
  );
}

/** A line that begins with a slash is a command to GitLab ("Quick actions"): `/close` would close the request. */
export function disarmCommands(markdown: string): string {
  return markdown.replace(/^([ \t]*)\//gm, '$1\\/');
}
