import { hostname } from 'node:os';
import { LimioError } from '../errors/errors.js';
import { firstOf, type TextAttempt, type TextRequest } from '../http/send.js';
import { asObject, type Json, textAt } from '../model/json.js';
import { describeAttempt, isUnsent, sendToStore, type StoreNetwork } from './requests.js';

/**
 * One state in the HTTP protocol of Terraform, as GitLab (doc/user/infrastructure/iac/terraform_state.md) and Gitea
 * (usage/packages/terraform) serve it: GET, POST with the id of the lock, and a lock that knows its holder. Who asks
 * for a held lock gets 409 (GitLab) or 423 (Gitea, Terraform) with the holder in the body.
 */
export interface HttpState {
  /** For messages: the address without credentials and query. */
  place: string;
  /** @returns undefined for a state that was never written: 204 or 404. */
  read(): Promise<string | undefined>;
  write(text: string, lockId: string): Promise<void>;
  /** @returns who holds the lock; undefined when it was taken. */
  lock(lockId: string, info: string): Promise<LockHolder | undefined>;
  /** @returns false when it has to be tried again. A lock that is not held any more counts as removed. */
  unlock(lockId: string): Promise<boolean>;
}

export interface LockHolder {
  /** Undefined when the server does not say. */
  id: string | undefined;
  who: string | undefined;
  since: string | undefined;
}

type LockMethod = 'POST' | 'PUT' | 'LOCK';
type UnlockMethod = 'DELETE' | 'PUT' | 'POST' | 'UNLOCK';

export interface HttpStateSettings {
  /** With `{name}`. */
  address: string;
  lockAddress?: string | undefined;
  lockMethod?: LockMethod | undefined;
  unlockMethod?: UnlockMethod | undefined;
  username?: string | undefined;
}

export interface HttpSurroundings extends StoreNetwork {
  env: Readonly<Record<string, string | undefined>>;
  /** Called with everything that no output may show. */
  rememberSecret?: ((secret: string) => void) | undefined;
}

export function openHttpState(settings: HttpStateSettings, name: string, surroundings: HttpSurroundings): HttpState {
  const address = new URL(settings.address.replaceAll('{name}', name));
  const lockAddress = new URL((settings.lockAddress ?? address.href).replaceAll('{name}', name));
  if (settings.lockAddress === undefined) lockAddress.pathname = `${lockAddress.pathname}/lock`;
  const place = `${address.origin}${address.pathname}`;

  const send = async (
    url: URL,
    method: TextRequest['method'],
    body?: string,
    lockId?: string,
  ): Promise<Extract<TextAttempt, { kind: 'answer' }>> => {
    const query = new URLSearchParams(url.search);
    if (lockId !== undefined) query.set('ID', lockId);
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const attempt = await sendToStore(surroundings, url.origin, async () => ({
      method,
      path: `${url.pathname}${search}`,
      headers: { accept: 'application/json', ...type, ...authorize(url, settings.username, surroundings) },
      body,
    }));
    if (attempt.kind === 'answer' && attempt.status < 300) return attempt;
    if (attempt.kind === 'answer' && [404, 409, 422, 423].includes(attempt.status)) return attempt;
    throw describeFailure(place, method === 'GET' ? 'read' : 'write', attempt, surroundings);
  };

  const describeLock = (lockId: string, info: string): string =>
    JSON.stringify({
      ID: lockId,
      Operation: 'limio-sync',
      Info: info,
      Who: nameCaller(surroundings),
      Version: '1.0.0',
      Created: new Date(surroundings.clock.now()).toISOString(),
      Path: name,
    });

  return {
    place,
    async read() {
      const answer = await send(address, 'GET');
      // GitLab: the project is wrong or hidden, which says nothing about the state.
      const isElsewhere = answer.status === 404 && /project not found/i.test(answer.body);
      if (answer.status === 200) return answer.body;
      if (answer.status === 204 || (answer.status === 404 && !isElsewhere)) return undefined;
      throw describeFailure(place, 'read', answer, surroundings);
    },
    async write(text, lockId) {
      const answer = await send(address, 'POST', text, lockId);
      if (answer.status === 404) throw describeFailure(place, 'write', answer, surroundings);
      if (answer.status >= 300) throw describeLoss(place, answer.status);
    },
    async lock(lockId, info) {
      const answer = await send(lockAddress, settings.lockMethod ?? 'POST', describeLock(lockId, info));
      if (answer.status < 300) return undefined;
      if (answer.status === 409 || answer.status === 423) return readHolder(answer.body);
      throw describeFailure(place, 'write', answer, surroundings);
    },
    async unlock(lockId) {
      try {
        await send(lockAddress, settings.unlockMethod ?? 'DELETE', describeLock(lockId, ''));
        return true;
      } catch (error) {
        if (error instanceof LimioError) return false;
        throw error;
      }
    },
  };
}

/** The job token of GitLab only goes to the GitLab that gave it. */
function authorize(
  url: URL,
  username: string | undefined,
  { env, rememberSecret }: HttpSurroundings,
): Record<string, string> {
  const jobToken = isHome(url, env['CI_API_V4_URL']) ? env['CI_JOB_TOKEN'] : undefined;
  const password = env['TF_HTTP_PASSWORD'] || jobToken;
  if (!password) return {};
  const user = env['TF_HTTP_PASSWORD'] ? (username ?? env['TF_HTTP_USERNAME'] ?? '') : 'gitlab-ci-token';
  const pair = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  for (const secret of [password, pair]) rememberSecret?.(secret);
  return { authorization: `Basic ${pair}` };
}

function isHome(url: URL, api: string | undefined): boolean {
  return api !== undefined && URL.canParse(api) && new URL(api).origin === url.origin;
}

function nameCaller({ env }: HttpSurroundings): string {
  const user = env['GITLAB_USER_LOGIN'] || env['GITHUB_ACTOR'] || env['USER'] || env['USERNAME'];
  return user ? `${user}@${hostname()}` : hostname();
}

function readHolder(body: string): LockHolder {
  const holder = asObject(parseOrNothing(body));
  return { id: textAt(holder, 'ID'), who: textAt(holder, 'Who'), since: textAt(holder, 'Created') };
}

function parseOrNothing(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The serial was taken, or the lock was removed: by another machine, or by a copy of this very request. */
function describeLoss(place: string, status: number): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `${place} changed during a write (status ${status}).`,
    hint: 'Run the command again.',
    details: { ambiguous: true },
  });
}

function describeFailure(
  place: string,
  act: 'read' | 'write',
  attempt: TextAttempt,
  { env }: HttpSurroundings,
): LimioError {
  const status = attempt.kind === 'answer' ? attempt.status : 0;
  const isLost = status === 0 ? !isUnsent(attempt) : status === 429 || status >= 500;
  const details = { ambiguous: act === 'write' && isLost };
  const location = attempt.kind === 'answer' ? firstOf(attempt.headers, 'location') : undefined;
  if (status === 401)
    return new LimioError({
      code: 'STORE_FORBIDDEN',
      message: env['TF_HTTP_PASSWORD']
        ? `${place} refused the credentials.`
        : `${place} requires credentials, and there are none.`,
      hint:
        'Set TF_HTTP_USERNAME and TF_HTTP_PASSWORD, for example to a user name and an access token. ' +
        'Jobs of GitLab CI have CI_JOB_TOKEN for their own GitLab.',
      details,
    });
  if (status === 403)
    return new LimioError({
      code: 'STORE_FORBIDDEN',
      message: `The credentials may not ${act} ${place}.`,
      hint:
        act === 'read'
          ? 'Give the user the right to read it; in GitLab that is the role Developer.'
          : 'Give the user the right to lock and write it: in GitLab the role Maintainer, in Gitea write:package.',
      details,
    });
  if (status >= 300 && status < 400)
    return new LimioError({
      code: 'STORE_UNAVAILABLE',
      message: `${place} redirects to ${location === undefined ? 'another address' : bareAddress(location, place)}.`,
      hint: 'limio-sync sends credentials to no other address: set that one as `address` of `state` in limio.config.',
      details,
    });
  if (status === 404)
    return new LimioError({
      code: 'STORE_UNAVAILABLE',
      message: `${place} does not exist, or these credentials may not see it.`,
      hint: 'Check `address` and `lockAddress` of `state` in limio.config, and the rights of the user.',
      details,
    });
  if (status === 413)
    return new LimioError({
      code: 'STORE_UNAVAILABLE',
      message: `${place} refused the state because it is too large.`,
      hint: 'Remove old runs: limio-sync state prune. Or raise the limit of the server.',
      details,
    });
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `Cannot ${act} ${place}: ${describeAttempt(attempt)}.`,
    hint: 'Check the network and the address, then run the command again.',
    details,
  });
}

function bareAddress(location: string, base: string): string {
  if (!URL.canParse(location, base)) return 'another address';
  const url = new URL(location, base);
  return `${url.origin}${url.pathname}`;
}
