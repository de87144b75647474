import { LimioError } from '../../errors/errors.js';
import { suggestNearest } from '../../model/spelling.js';
import { renderVisitText, toSimulationReport } from '../../render/journeys/visit.js';
import { compileWorld, type RoutingWorld } from '../../routing/routing.js';
import { explainVisit } from '../../routing/visit.js';
import { parseVisitor, type VisitorInput } from '../../source/test-files/visitor.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import { loadJourneys } from './journeys.js';

export interface SimulateOptions extends CommonOptions {
  env?: string;
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
  pageMissing?: true;
  live?: true;
}

/** One visitor through the journeys. Always 0: that a visit is not certain is an answer, too. */
export async function runJourneysSimulate(io: CliIo, options: SimulateOptions): Promise<number> {
  // What is wrong with the command line is said before anything is read.
  if (options.visit === undefined && options.journey === undefined)
    throw usage('Say which page is visited.', '--visit /landing, or --journey <name> for its starting point');
  checkFacts(toFacts(options, options.visit ?? '/'));
  const world = chooseJourney(compileWorld(await loadJourneys(io, options)), options.journey);
  const start = world.journeys[0]?.start;
  const { visitor } = parseVisitor(toFacts(options, options.visit ?? start ?? '/'));
  const trace = explainVisit(world, visitor);
  io.stdout.write(
    options.format === 'json'
      ? formatJson(toSimulationReport(trace))
      : renderVisitText(trace, chooseTextOptions(io.stdout, io, options)),
  );
  return 0;
}

function chooseJourney(world: RoutingWorld, name: string | undefined): RoutingWorld {
  if (name === undefined) return world;
  const journeys = world.journeys.filter((journey) => journey.name === name);
  if (journeys.length > 0)
    return {
      journeys,
      byStart: new Map(
        journeys.flatMap((journey) => (journey.start === undefined ? [] : [[journey.start.toLowerCase(), [journey]]])),
      ),
    };
  const names = world.journeys.map((journey) => journey.name);
  const nearest = suggestNearest(name, names);
  throw usage(
    `There is no journey "${name}".`,
    nearest === undefined ? `The journeys are ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}

function toFacts(options: SimulateOptions, visit: string): VisitorInput {
  return {
    visit,
    cookies: options.cookie,
    segments: options.segment,
    offer_labels: options.label,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.pageMissing ? { page_exists: false } : {}),
    ...(options.country === undefined ? {} : { country: options.country }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.city === undefined ? {} : { city: options.city }),
    ...(options.billingCountry === undefined ? {} : { billing_country: options.billingCountry }),
    ...(options.status === undefined ? {} : { subscription_status: options.status }),
    ...(options.device === undefined ? {} : { device: options.device }),
    ...(options.split === undefined
      ? {}
      : { split: /^\d*\.?\d+$/.test(options.split) ? Number(options.split) : Number.NaN }),
  };
}

function checkFacts(facts: VisitorInput): void {
  const { faults } = parseVisitor(facts);
  if (faults.length === 0) return;
  const lines = faults.map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`));
  throw usage(
    lines.length === 1 ? (lines[0] ?? '') : `The visitor cannot be:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    'limio-sync journeys simulate --help',
  );
}

function usage(message: string, hint: string): LimioError {
  return new LimioError({ code: 'USAGE', message, hint });
}
