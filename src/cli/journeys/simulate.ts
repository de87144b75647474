import { dropUndefined } from '../../model/json.js';
import { renderVisitText, toSimulationReport } from '../../render/journeys/visit.js';
import { compileWorld, type RoutingWorld } from '../../routing/routing.js';
import { explainVisit } from '../../routing/visit.js';
import { parseVisitor, type VisitorInput } from '../../source/test-files/visitor.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { type JourneysOptions, loadJourneys, refuseJourney } from './journeys.js';

export type SimulateOptions = CommonOptions &
  JourneysOptions & {
    visit?: string;
    journey?: string;
    host?: string;
    country?: string;
    region?: string;
    city?: string;
    billingCountry?: string;
    status?: string;
    device?: string;
    cookie: string[];
    segment: string[];
    label: string[];
    split?: string;
    pageMissing?: boolean;
  };

/** `limio-sync journeys simulate`. Always 0: an uncertain visit is an answer too. */
export async function runJourneysSimulate(io: CliIo, options: SimulateOptions): Promise<number> {
  // Mistakes on the command line show before anything is read.
  if (options.visit === undefined && options.journey === undefined)
    throw refuseUsage(
      'Which page does the visitor open?',
      'Use --visit /landing, or --journey <name> for the starting point of a journey.',
    );
  checkVisitor(toVisitor(options, options.visit ?? '/'));
  const world = selectJourney(compileWorld(await loadJourneys(io, options)), options.journey);
  const start = world.journeys[0]?.start;
  const { visitor } = parseVisitor(toVisitor(options, options.visit ?? start ?? '/'));
  const trace = explainVisit(world, visitor);
  printResult(io, options, toSimulationReport(trace), (layout) => renderVisitText(trace, layout));
  return 0;
}

function selectJourney(world: RoutingWorld, name: string | undefined): RoutingWorld {
  if (name === undefined) return world;
  const journeys = world.journeys.filter((journey) => journey.name === name);
  if (journeys.length === 0)
    throw refuseJourney(
      name,
      world.journeys.map((journey) => journey.name),
    );
  return {
    journeys,
    byStart: new Map(
      journeys.flatMap((journey) => (journey.start === undefined ? [] : [[journey.start.toLowerCase(), [journey]]])),
    ),
  };
}

function toVisitor(options: SimulateOptions, visit: string): VisitorInput {
  const { host, country, region, city, billingCountry, status, device, split, pageMissing } = options;
  return {
    visit,
    cookies: options.cookie,
    segments: options.segment,
    offer_labels: options.label,
    ...dropUndefined({ host, country, region, city, device }),
    ...dropUndefined({ billing_country: billingCountry, subscription_status: status }),
    ...(pageMissing ? { page_exists: false } : {}),
    ...(split === undefined ? {} : { split: /^\d*\.?\d+$/.test(split) ? Number(split) : Number.NaN }),
  };
}

function checkVisitor(visitor: VisitorInput): void {
  const { faults } = parseVisitor(visitor);
  if (faults.length === 0) return;
  const lines = faults.map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`));
  throw refuseUsage(
    lines.length === 1 ? lines.join('') : `The visitor is invalid:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    'See limio-sync journeys simulate --help',
  );
}
