import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { createRandom } from '../../../src/emulator/random.js';
import type { JsonObject } from '../../../src/model/json.js';

/** A field that a colleague set, in the moment `at`. */
export interface ColleagueEdit {
  at: number;
  /** As in a snapshot: `/offers2/X`, `promo_code:X`, `journey:X`. */
  key: string;
  field: string;
  value: string;
}

/** A request of the tool: nothing of it had happened before `started`, all of it by `finished`. */
export interface TimedRequest {
  method: string;
  path: string;
  started: number;
  finished: number;
}

export interface Colleague {
  edits: readonly ColleagueEdit[];
  requests: readonly TimedRequest[];
  stop(): void;
}

/** What can be edited of an object: fields that files declare, and fields that none does. */
const FIELDS = {
  item: [
    'display_name__limio',
    'cta_text__limio',
    'badge_text__limio',
    'description__limio',
    'Kept by hand',
    'hers',
    'his',
  ],
  promo_code: ['description', 'promoExpiryDate', 'note', 'hers', 'his'],
  journey: ['fallback_tag', 'starting_point', 'note', 'hers', 'his'],
} as const;

/**
 * Somebody who works in the web app while the tool applies: at a request of the tool, just before it
 * is handled or just after it was answered, sets a field of one of the objects, often of the one that the
 * request is about. Moments are counted, not timed, so that it is known what came before what.
 */
export function startColleague(tenant: Emulator, keys: readonly string[], seed: number): Colleague {
  const random = createRandom(seed);
  const edits: ColleagueEdit[] = [];
  const requests: (TimedRequest & { message: IncomingMessage })[] = [];
  let moment = 0;
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const mayEdit = (path: string, eagerness: number): void => {
    moment += 1;
    if (random() >= eagerness) return;
    const own = keys.filter((key) => decodeURIComponent(path).endsWith(key.replace(/^(?:promo_code|journey):/, '')));
    const key = own.length > 0 && random() < 0.5 ? pick(own) : pick(keys);
    const edit = editField(tenant, key, pick(FIELDS[kindOf(key)]), `by a colleague ${moment}`);
    if (edit) edits.push({ at: moment, ...edit });
  };
  const start = (event: unknown): void => {
    const { request } = event as { request: IncomingMessage };
    if (request.socket.localPort !== tenant.port) return;
    mayEdit(request.url ?? '', 0.05);
    requests.push({
      message: request,
      method: request.method ?? '',
      path: request.url ?? '',
      started: moment,
      finished: Number.POSITIVE_INFINITY,
    });
  };
  const finish = (event: unknown): void => {
    const { request } = event as { request: IncomingMessage };
    if (request.socket.localPort !== tenant.port) return;
    const entry = requests.find(({ message }) => message === request);
    moment += 1;
    if (entry) entry.finished = moment;
    mayEdit(request.url ?? '', 0.1);
  };
  diagnostics.subscribe('http.server.request.start', start);
  diagnostics.subscribe('http.server.response.finish', finish);
  return {
    edits,
    requests,
    stop: () => {
      diagnostics.unsubscribe('http.server.request.start', start);
      diagnostics.unsubscribe('http.server.response.finish', finish);
    },
  };
}

function kindOf(key: string): keyof typeof FIELDS {
  return key.startsWith('journey:') ? 'journey' : key.startsWith('promo_code:') ? 'promo_code' : 'item';
}

/** Undefined when the object is not there. */
function editField(tenant: Emulator, key: string, field: string, value: string): Omit<ColleagueEdit, 'at'> | undefined {
  const change: JsonObject = Object.fromEntries([[field, value]]);
  const name = key.replace(/^(?:promo_code|journey):/, '');
  const { items, journeys, promoCodes } = tenant.state();
  switch (kindOf(key)) {
    case 'item':
      if (!items.some(({ path }) => path === key)) return undefined;
      tenant.edit.item(key, change);
      break;
    case 'promo_code':
      if (!promoCodes.some(({ data }) => data['promoCode'] === name)) return undefined;
      tenant.edit.promoCode(name, change);
      break;
    default: {
      const data = journeys.find((journey) => journey.name === name)?.data;
      if (!data) return undefined;
      tenant.edit.journey(name, { ...data, ...change });
    }
  }
  return { key, field, value };
}
