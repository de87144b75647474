import { type FaultyServer, type ServedAnswer, type ServedRequest, serveWithFaults } from './faulty-server.js';

/** GitLab 16.0 and newer, Gitea 1.26 and newer, and a server that speaks the protocol with the verbs of Terraform. */
export type Dialect = 'gitlab' | 'gitea' | 'verbs';

export interface HttpStateServer extends FaultyServer {
  /** Where a state is, with `{name}`. */
  address: string;
  states: Map<string, ServedState>;
  /** As a server without locks. */
  ignoresLocks: boolean;
  /** Reads answer with the version before the last one. */
  answersOld: boolean;
  refusal: ServedAnswer | undefined;
}

export interface ServedState {
  lock: Record<string, string> | undefined;
  /** Every version, by its serial. */
  versions: { serial: number; text: string }[];
}

export const HTTP_LOGIN = { username: 'ada', password: 'secret:of the state' };

const PATHS: Record<Dialect, string> = {
  gitlab: '/api/v4/projects/17/terraform/state/',
  gitea: '/api/packages/acme/terraform/state/',
  verbs: '/states/',
};

export async function startHttpStateServer(
  dialect: Dialect,
  login: { username: string; password: string } = HTTP_LOGIN,
): Promise<HttpStateServer> {
  const states = new Map<string, ServedState>();
  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const heldStatus = dialect === 'gitlab' ? 409 : 423;

  const lock = (state: ServedState, body: string): ServedAnswer => {
    const info = readLockInfo(body);
    const required = dialect === 'gitea' ? ['ID'] : ['ID', 'Operation', 'Info', 'Who', 'Version', 'Created', 'Path'];
    if (required.some((name) => typeof info[name] !== 'string') || Number.isNaN(Date.parse(info['Created'] ?? '')))
      return refuse(400, 'lock info is not valid');
    if (state.lock !== undefined && !server.ignoresLocks) {
      // GitLab answers with what the request says of itself, except who holds the lock, and since when.
      const { ID = '', Who = '', Created = '' } = state.lock;
      const holder = dialect === 'gitlab' ? { ...info, ID, Who, Created } : state.lock;
      return { status: heldStatus, body: JSON.stringify(holder) };
    }
    state.lock = info;
    return { status: 200, body: dialect === 'gitlab' ? JSON.stringify(info) : '' };
  };

  const unlock = (state: ServedState, body: string): ServedAnswer => {
    const { ID } = readLockInfo(body);
    if (ID === undefined && dialect !== 'gitlab') return refuse(400, 'no ID');
    if (state.lock === undefined && dialect === 'gitea') return { status: 200 };
    if (state.lock?.['ID'] !== ID) return refuse(heldStatus, 'the lock has another ID');
    state.lock = undefined;
    return { status: 200 };
  };

  const write = (state: ServedState, body: string, id: string | null): ServedAnswer => {
    const isMine =
      dialect === 'gitea' ? state.lock === undefined || state.lock['ID'] === id : state.lock?.['ID'] === id;
    // GitLab does not catch this one.
    if (!isMine && !server.ignoresLocks) return refuse(dialect === 'gitlab' ? 500 : 423, 'not your lock');
    const document = JSON.parse(body) as Record<string, unknown>;
    const serial = document['serial'];
    if (typeof serial !== 'number' || serial < 1) return refuse(400, 'no serial');
    const isState =
      document['version'] === 4 &&
      typeof document['terraform_version'] === 'string' &&
      typeof document['lineage'] === 'string' &&
      Array.isArray(document['resources']) &&
      typeof document['outputs'] === 'object';
    if (dialect === 'gitea' && !isState) return refuse(400, 'no state');
    if (dialect !== 'verbs' && state.versions.some((version) => version.serial === serial))
      return refuse(dialect === 'gitlab' ? 422 : 409, 'the serial exists');
    state.versions.push({ serial, text: body });
    return { status: dialect === 'gitea' ? 201 : 200 };
  };

  const read = (state: ServedState | undefined): ServedAnswer => {
    const version = state?.versions.at(server.answersOld ? -2 : -1);
    if (version) return { status: 200, body: version.text };
    return dialect === 'gitlab' && state ? { status: 204 } : refuse(404, '404 Not found');
  };

  const handle = (request: ServedRequest): ServedAnswer => {
    if (server.refusal) return server.refusal;
    const url = new URL(request.url, 'http://localhost');
    if (request.headers.authorization !== authorization) return refuse(401, '401 Unauthorized');
    const [, name = '', suffix = ''] = new RegExp(`^${PATHS[dialect]}([-_.a-z0-9]+)(/lock)?$`).exec(url.pathname) ?? [];
    if (name === '') return refuse(404, dialect === 'gitlab' ? '404 Project Not Found' : 'no such page');
    if (request.method === 'GET') return read(states.get(name));
    if (request.headers['content-type'] !== 'application/json') return refuse(415, 'JSON only');
    const state = states.get(name) ?? { lock: undefined, versions: [] };
    states.set(name, state);
    const method = dialect === 'verbs' ? request.method : `${request.method}${suffix}`;
    if (method === 'LOCK' || method === 'POST/lock') return lock(state, request.body);
    if (method === 'UNLOCK' || method === 'DELETE/lock') return unlock(state, request.body);
    if (method === 'POST') return write(state, request.body, url.searchParams.get('ID'));
    return refuse(405, 'no such method');
  };

  const faulty = await serveWithFaults(handle);
  const server: HttpStateServer = {
    ...faulty,
    address: `${faulty.origin}${PATHS[dialect]}{name}`,
    states,
    ignoresLocks: false,
    answersOld: false,
    refusal: undefined,
  };
  return server;
}

function refuse(status: number, message: string): ServedAnswer {
  return { status, body: JSON.stringify({ message }) };
}

function readLockInfo(body: string): Record<string, string> {
  try {
    return JSON.parse(body) as Record<string, string>;
  } catch {
    return {};
  }
}
