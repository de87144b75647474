import { MockAgent } from 'undici';
import type { RetryEvent } from '../../../src/api/caller.js';
import type { ClientOptions } from '../../../src/api/connection.js';
import { DEFAULT_DIALECT, type Dialect } from '../../../src/model/dialect.js';
import type { Json } from '../../../src/model/json.js';
import { createFakeClock, type FakeClock } from './fake-clock.js';

const ORIGIN = 'https://acme.prod.limio.com';
export const SECRET = 'very-secret-value';

export interface SentRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  body: string;
}

/** An answer, a text body, or an error of the network. */
export type Step = { status?: number; json?: Json; text?: string; headers?: Record<string, string> } | Error;

export interface FakeTenant {
  options: ClientOptions;
  clock: FakeClock;
  sent: SentRequest[];
  retries: RetryEvent[];
  /** Answers to come, in this order, for one method and path. */
  on(method: string, path: string, ...steps: Step[]): void;
  /** Like {@link on}, the answer computed, for any number of requests whose path fits. */
  always(method: string, fits: (path: string) => boolean, answer: (path: string) => Exclude<Step, Error>): void;
  /** Fails when a planned answer was not asked for. */
  assertAllUsed(): void;
  /** Paths without the token call. */
  paths(): string[];
}

/** A tenant behind undici's MockAgent with the network off. Tokens are `token-1`, `token-2`, ... */
export function createFakeTenant(
  overrides: Partial<ClientOptions> & { dialect?: Dialect; tokens?: boolean } = {},
): FakeTenant {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const pool = agent.get(ORIGIN);
  const clock = createFakeClock();
  const sent: SentRequest[] = [];
  const retries: RetryEvent[] = [];
  let tokens = 0;

  const record = (options: { method: string; path: string; headers?: unknown; body?: unknown }): void => {
    const headers = (options.headers ?? {}) as Record<string, string>;
    sent.push({
      method: options.method,
      path: options.path,
      authorization: headers['authorization'],
      body: typeof options.body === 'string' ? options.body : '',
    });
  };

  const { tokens: answersTokens = true, ...options } = overrides;
  if (answersTokens) {
    pool
      .intercept({ method: 'POST', path: '/oauth2/token' })
      .reply((request) => {
        record(request);
        tokens += 1;
        return toReply({ json: { access_token: `token-${tokens}`, token_type: 'Bearer', expires_in: 3600 } });
      })
      .persist();
  }
  return {
    clock,
    sent,
    retries,
    options: {
      baseUrl: ORIGIN,
      credentials: { clientId: 'client', clientSecret: SECRET },
      dialect: DEFAULT_DIALECT,
      clock,
      random: () => 0.5,
      dispatcher: agent,
      onRetry: (event) => retries.push(event),
      ...options,
    },
    on(method, path, ...steps) {
      for (const step of steps) {
        const interceptor = pool.intercept({ method, path });
        if (step instanceof Error) interceptor.replyWithError(step);
        else {
          interceptor.reply((request) => {
            record(request);
            return toReply(step);
          });
        }
      }
    },
    always(method, fits, answer) {
      pool
        .intercept({ method, path: fits })
        .reply((request) => {
          record(request);
          return toReply(answer(request.path));
        })
        .persist();
    },
    assertAllUsed: () => {
      const left = agent.pendingInterceptors().filter((interceptor) => !interceptor.persist);
      if (left.length > 0)
        throw new Error(
          `never asked for: ${left.map((one) => `${String(one.method)} ${String(one.path)}`).join(', ')}`,
        );
    },
    paths: () => sent.filter((request) => request.path !== '/oauth2/token').map((request) => request.path),
  };
}

function toReply(step: Exclude<Step, Error>) {
  return {
    statusCode: step.status ?? 200,
    data: step.text ?? (step.json === undefined ? '' : JSON.stringify(step.json)),
    responseOptions: { headers: step.headers ?? {} },
  };
}

/** An error of the network as Node gives it. */
export function networkError(code: string): Error {
  return Object.assign(new Error(`${code} 10.0.0.1 authorization: Bearer token-1`), { code });
}
