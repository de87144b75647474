import type { EmulatorState } from '../../../src/emulator/control.js';
import { isJsonObject, type Json } from '../../../src/model/json.js';
import type { Plan } from '../../../src/model/plan.js';
import { textOf } from './snapshot.js';

type Traffic = Pick<EmulatorState, 'journeys' | 'liveRoutes'>;

/**
 * Sentences about visitors whom runs led to routes without a live page. A route does not count if it had no page before
 * either and the same journey led there already, if the consents of the runs refer to it, or if the tenant itself put it
 * in place of what was sent, `sent`.
 */
export function findNewDeadLeads(
  before: Traffic,
  after: Traffic,
  consented: ReadonlySet<string>,
  sent: Pick<Traffic, 'journeys'> = after,
): string[] {
  const old = new Set(listDeadLeads(before).map(nameLead));
  const meant = new Set([...listLeads(before), ...listLeads(sent)].map(nameLead));
  return listDeadLeads(after)
    .filter((lead) => !old.has(nameLead(lead)) && meant.has(nameLead(lead)) && !consented.has(lead.route))
    .map(({ name, route }) => `journey ${name} leads to ${route}, where no page is live`);
}

interface Lead {
  name: string;
  route: string;
}

function nameLead({ name, route }: Lead): string {
  return `${name} ${route}`;
}

/** The routes that the guards of a plan name; each is consent to leading visitors there. */
export function listConsentedRoutes(...plans: readonly (Plan | undefined)[]): Set<string> {
  return new Set(plans.flatMap((plan) => plan?.guards.flatMap(({ routes = [] }) => routes) ?? []));
}

/** Destinations and fallbacks of journeys, in the emulator's own form of actions. */
export function listLeads({ journeys }: Pick<Traffic, 'journeys'>): Lead[] {
  return journeys.flatMap(({ name, data }) =>
    [...new Set([textOf(data['fallback_tag']), ...listTags(data['journeys'] ?? null)])]
      // A colleague of the tests writes a note where a route should be.
      .filter((route) => route.startsWith('/'))
      .map((route) => ({ name, route })),
  );
}

function listDeadLeads(traffic: Traffic): Lead[] {
  const starts = traffic.journeys.map(({ name, data }) => ({ name, route: textOf(data['starting_point']) }));
  const live = new Set(['/', '/default/', ...traffic.liveRoutes.map(({ route }) => route)]);
  return listLeads(traffic).filter(
    ({ name, route }) => !live.has(route) && !starts.some((one) => one.route === route && one.name !== name),
  );
}

function listTags(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(listTags);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === 'tag' ? [textOf(part)] : listTags(part)));
}
