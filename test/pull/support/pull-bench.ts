import type { LiveReader } from '../../../src/model/live-api.js';
import type { Plan } from '../../../src/model/plan.js';
import type { Pull } from '../../../src/model/pull.js';
import type { PlanContext } from '../../../src/plan/plan-context.js';
import { makePlan } from '../../../src/plan/plan.js';
import { makePull, type PullInput } from '../../../src/pull/pull.js';
import type { SourceText } from '../../../src/source/documents.js';
import { type ValidatedSources, validateSources } from '../../../src/source/source.js';
import { TEST_CONTEXT } from '../../support/run-scenario.js';

export const FOLDERS = {
  tag: 'catalog/tags',
  page: 'catalog/pages',
  campaign: 'catalog/campaigns',
  segment: 'catalog/segments',
  product: 'catalog/products',
  add_on: 'catalog/add-ons',
  offer: 'catalog/offers',
  promo_code: 'catalog/promo-codes',
  journey: 'journeys',
} as const;

export interface PullBenchOptions {
  adopt?: readonly string[];
  select?: PullInput['isSelected'];
  vars?: Record<string, string | number | boolean>;
  context?: Partial<PlanContext>;
  into?: PullInput['into'];
  /** Variables of other environments, by name. */
  others?: Record<string, Record<string, string>>;
}

/** The files after a pull, and what it said. */
export async function pullFiles(
  reader: LiveReader,
  sources: readonly SourceText[],
  options: PullBenchOptions = {},
): Promise<{ pull: Pull; sources: SourceText[] }> {
  const others = Object.entries(options.others ?? {}).map(([name, vars]) => ({ name, vars }));
  const own = { name: 'test', vars: options.vars ?? {} };
  const names = [own, ...others].map(({ name }) => name);
  const check =
    (environments: { name: string; vars: Record<string, string | number | boolean> }[]) =>
    (texts: readonly SourceText[]) =>
      validateSources(texts, { environments, environmentNames: names });
  const pull = await makePull(reader, {
    listKept: () => [],
    sources,
    validate: check([own, ...others]),
    others: others.map((other) => ({ environment: other.name, validate: check([other]) })),
    context: { ...TEST_CONTEXT, ...options.context },
    isSelected: options.select ?? (() => true),
    adopt: options.adopt ?? [],
    folders: FOLDERS,
    into: options.into ?? 'base',
    overlays: 'overlays/test',
    existing: sources.map(({ path }) => path),
    isSourceFile: (path) => path.endsWith('.yaml'),
  });
  const written = new Map(pull.files.map(({ path, after }) => [path, after]));
  const kept = sources.map((source) => ({ ...source, text: written.get(source.path) ?? source.text }));
  const created = pull.files
    .filter(({ before }) => before === undefined)
    .map(({ path, after }) => ({ path, text: after, ...(path.startsWith('overlays/') ? { overlay: 'test' } : {}) }));
  return { pull, sources: [...kept, ...created] };
}

export function validate(sources: readonly SourceText[], vars: PullBenchOptions['vars'] = {}): ValidatedSources {
  return validateSources(sources, { environments: [{ name: 'test', vars }] });
}

/** @throws when the files have errors. */
export function planFiles(
  reader: LiveReader,
  sources: readonly SourceText[],
  { vars = {}, context = {} }: PullBenchOptions = {},
): Promise<Plan> {
  const { resources, problems } = validate(sources, vars);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new Error(errors.map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`).join('\n'));
  return makePlan(reader, resources, { ...TEST_CONTEXT, ...context });
}
