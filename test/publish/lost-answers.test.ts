import { expect, test } from 'vitest';
import { publishPages } from '../../src/publish/publish.js';
import { makeClock, makePage } from '../support/apply-fixtures.js';
import { createFakeLiveApi, makeFailure } from '../support/fake-live-api.js';

const LOST = 'The answer to one publish was lost, so it may be live anyway';

test.each<[string, (nth: number) => void, RegExp]>([
  [
    'refused',
    () => {
      throw makeFailure(409, { message: 'Conflict' });
    },
    /^Conflict\. The answer/,
  ],
  ['left out with a reason', () => undefined, /^The tenant omitted \/home\/ after 3 attempts: no. The answer/],
])(
  'a page whose publish took effect without an answer, and is then %s, is not said to be unpublished',
  async (_name, next, reason) => {
    const api = createFakeLiveApi({
      hooks: {
        before: ({ method, nth }) => {
          if (method === 'publish' && nth > 0) next(nth);
        },
        after: ({ method, nth }) => {
          if (method === 'publish' && nth === 0) throw makeFailure(502, { ambiguous: true });
        },
        answerPublish: () => ({
          published: [],
          omitted: [{ route: '/home/', message: 'no', neverPublished: false }],
          answer: {},
        }),
      },
    });
    const [outcome] = await publishPages([makePage('home')], {
      api,
      clock: makeClock(),
      emit: () => undefined,
      environment: 'sandbox',
      resumeCommand: 'limio-sync apply --env sandbox',
      dialect: { publish: { attempts: 3, intervalMs: 1 } },
    });
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) as string });
    expect(outcome?.reason).toContain(LOST);
  },
);
