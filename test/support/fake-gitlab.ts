import type { TestContext } from 'vitest';
import { type FakeCodeHost, type HostAnswer, startFakeCodeHost } from './fake-code-host.js';

export interface FakeNote {
  id: number;
  body: string;
  author: { id: number; username: string };
}

export interface FakeGitlab extends FakeCodeHost {
  notes: FakeNote[];
}

export const GITLAB_TOKEN = 'glpat-secretsecret';
export const ROBOT = { id: 99, username: 'project_5_bot' };

/** The Notes API of merge request 3 of project 5, as documented: pages are named in X-Next-Page. */
export async function startFakeGitlab(
  test: Pick<TestContext, 'onTestFinished'>,
  { readOnly = false, pageSize = 100 }: { readOnly?: boolean; pageSize?: number } = {},
): Promise<FakeGitlab> {
  const notes: FakeNote[] = [];
  const list = '/projects/5/merge_requests/3/notes';
  let nextId = 1;
  const host = await startFakeCodeHost(test, '/api/v4', ({ method, path, query, headers, json }): HostAnswer => {
    if (headers['private-token'] !== GITLAB_TOKEN) return { status: 401, body: { message: '401 Unauthorized' } };
    if (`${method} ${path}` === 'GET /user') return { status: 200, body: ROBOT };
    if (`${method} ${path}` === `GET ${list}`) {
      const size = Math.min(Number(query.get('per_page') ?? 20), pageSize);
      const page = Number(query.get('page') ?? 1);
      const next = page * size < notes.length ? String(page + 1) : '';
      return { status: 200, body: notes.slice((page - 1) * size, page * size), headers: { 'x-next-page': next } };
    }
    if (readOnly && method !== 'GET') return { status: 403, body: { message: '403 Forbidden' } };
    if (String(json['body']).length > 1_000_000)
      return { status: 400, body: { message: { note: ['is too long (maximum is 1000000 characters)'] } } };
    if (`${method} ${path}` === `POST ${list}`) {
      const note = { id: nextId++, body: String(json['body']), author: ROBOT };
      notes.push(note);
      return { status: 201, body: note };
    }
    const note = method === 'PUT' ? notes.find(({ id }) => path === `${list}/${id}`) : undefined;
    if (!note) return { status: 404, body: { message: '404 Not found' } };
    note.body = String(json['body']);
    return { status: 200, body: note };
  });
  return { ...host, notes };
}
