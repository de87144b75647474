import { type Json, getOwn, isJsonObject } from '../model/json.js';
import { readId, readText, requireOk, sendText } from './judge-answer.js';
import type { CallRest, RestRequest } from './rest-client.js';
import type { OwnText, TextStore } from './text-store.js';

const WORDS = {
  name: 'GitLab',
  deniedHint:
    'The token needs the scope "api" and the role Reporter or higher in the project. CI_JOB_TOKEN may not write notes.',
};

/** The notes of a merge request (GitLab, "Notes API"). A body goes through `disarmCommands` first. */
export function createGitlabNotes(call: CallRest, { project, iid }: { project: string; iid: string }): TextStore {
  const list = `/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(iid)}/notes`;
  return {
    findOwn: async (marker) => findOwn(call, list, marker, await readViewer(call)),
    create: (body) => sendText(call, { method: 'POST', path: list, json: { body: body } }, WORDS, 'url'),
    update: (id, body) => sendText(call, { method: 'PUT', path: `${list}/${id}`, json: { body: body } }, WORDS, 'url'),
  };
}

async function readViewer(call: CallRest): Promise<string | undefined> {
  const request: RestRequest = { method: 'GET', path: '/user' };
  const answer = await call(request);
  requireOk(answer, request, WORDS);
  return readId(answer.body, 'id');
}

/** Goes through the pages until it is found; the last one names no next page. */
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
