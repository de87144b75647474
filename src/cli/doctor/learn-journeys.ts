import { compareBy } from '../../model/words.js';
import { mergeLearned, type NewlyLearned, writeLearnedDialect } from '../../config/learned-dialects.js';
import { buildGuide, type JourneyGuide } from '../../doctor/journeys/guide.js';
import { learnCodec, proveCodec } from '../../doctor/journeys/journeys.js';
import { LimioError } from '../../errors/errors.js';
import type { LearnedJourneyCodec } from '../../model/doctor.js';
import type { JourneyRecord, LiveReader } from '../../model/live-api.js';
import { collectTexts, describePlace } from '../../plan/pages/routes.js';
import { renderGuideText, renderLessonText } from '../../render/doctor.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from '../shared/io.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import { openReader } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';

export interface DoctorLearnJourneysOptions extends CommonOptions {
  env?: string;
}

/**
 * Learns the wire form of conditions and destinations without writing to the tenant. While there is
 * no journey of that name it says which one to build; then it reads that.
 */
export async function runDoctorLearnJourneys(
  io: CliIo,
  name: string,
  options: DoctorLearnJourneysOptions,
): Promise<number> {
  const workspace = await loadWorkspace(io, options);
  const reader = await openReader(io, workspace, options);
  try {
    const [guide, journey] = await Promise.all([readGuide(reader), reader.readJourney(name)]);
    return journey
      ? await learn(io, workspace, reader, guide, journey, options)
      : showGuide(io, workspace, guide, name, options);
  } finally {
    await reader.close();
  }
}

/** The same tenant gives the same guide, so that the journey is read by what it was built by. */
async function readGuide(reader: LiveReader): Promise<JourneyGuide> {
  const [offers, segments, pages] = await Promise.all([
    reader.listItems('offer', 'catalog'),
    reader.listItems('segment', 'catalog'),
    reader.listItems('page', 'catalog'),
  ]);
  return buildGuide({
    labels: sortUnique(offers.items.flatMap(({ attributes }) => collectTexts(attributes['label__limio']))),
    segments: segments.items.map(({ path, name, id }) => ({ path, name, id })).sort(compareBy(({ path }) => path)),
    routes: sortUnique(pages.items.flatMap((page) => describePlace(page).routes)),
  });
}

function showGuide(
  io: CliIo,
  { environment: { name: environment, host } }: Workspace,
  guide: JourneyGuide,
  name: string,
  options: DoctorLearnJourneysOptions,
): number {
  const document = {
    kind: 'limio-sync/journey-guide' as const,
    formatVersion: 1 as const,
    environment,
    host,
    journey: name,
    branches: guide.branches.map(({ type, title, ask }) => ({ type, title, ask })),
    destinations: guide.destinations === undefined ? [] : [...guide.destinations],
    skipped: guide.skipped,
  };
  const { style, width } = chooseTextOptions(io.stdout, io, options);
  io.stdout.write(options.format === 'json' ? formatJson(document) : renderGuideText(document, style, width));
  return 0;
}

async function learn(
  io: CliIo,
  workspace: Workspace,
  reader: LiveReader,
  guide: JourneyGuide,
  journey: JourneyRecord,
  options: DoctorLearnJourneysOptions,
): Promise<number> {
  const { root, environment } = workspace;
  const { templates, notLearned } = learnCodec(journey.data, guide);
  const journeys = [journey, ...(await reader.listJourneys()).items.filter(({ name }) => name !== journey.name)];
  const proof = proveCodec(templates, journeys);
  if (proof.broken.length > 0) {
    throw new LimioError({
      code: 'HTTP_BAD_BODY',
      message: `The templates that the journey ${journey.name} shows do not give back ${proof.broken.join(', ')} as they are; nothing was written down.`,
      hint: 'Report this with the journey, its values taken out.',
    });
  }
  const evidence = toEvidence(templates, journey.name, proof);
  const at = new Date(SYSTEM_CLOCK.now()).toISOString();
  const file =
    evidence.length === 0
      ? undefined
      : writeLearnedDialect(
          root,
          environment.name,
          mergeLearned(workspace.learned, {
            host: environment.host,
            at,
            dialect: { journeyCodec: templates },
            evidence,
          }),
        );
  const isOverruled = workspace.ownDialect?.journeyCodec === 'assumed';
  const lesson: LearnedJourneyCodec = {
    kind: 'limio-sync/learned-journey-codec',
    formatVersion: 1,
    environment: environment.name,
    host: environment.host,
    journey: journey.name,
    ...(file === undefined ? {} : { file }),
    learned: [...listTemplates('conditions', templates.conditions), ...listTemplates('actions', templates.actions)],
    notLearned,
    proof: { journeys: proof.journeys, elements: proof.elements, typed: proof.typed },
    overruled: isOverruled,
  };
  const { style, width } = chooseTextOptions(io.stdout, io, options);
  io.stdout.write(options.format === 'json' ? formatJson(lesson) : renderLessonText(lesson, style, width));
  return evidence.length === 0 ? 1 : 0;
}

type Templates = ReturnType<typeof learnCodec>['templates'];

function toEvidence(
  templates: Templates,
  journey: string,
  proof: LearnedJourneyCodec['proof'],
): NewlyLearned['evidence'][number][] {
  const how = `derived from the journey ${journey}; ${proof.typed} of ${proof.elements} conditions and actions of ${proof.journeys} journeys decode, and all encode back to the same JSON`;
  return (['conditions', 'actions'] as const).flatMap((side) =>
    Object.entries(templates[side]).map(([type, value]) => ({ setting: `journeyCodec.${side}.${type}`, value, how })),
  );
}

function listTemplates(
  side: 'conditions' | 'actions',
  templates: Templates['conditions'],
): LearnedJourneyCodec['learned'] {
  return Object.entries(templates).map(([type, template]) => ({ side, type, template }));
}

function sortUnique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
