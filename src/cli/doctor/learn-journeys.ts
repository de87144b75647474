import { mergeLearned, type NewlyLearned, writeLearnedDialect } from '../../config/learned-dialects.js';
import { buildGuide, type JourneyGuide } from '../../doctor/journeys/guide.js';
import { learnCodec, proveCodec } from '../../doctor/journeys/journeys.js';
import { LimioError } from '../../errors/errors.js';
import { writeFileSafely } from '../../journal/files.js';
import type { LearnedJourneyCodec } from '../../model/doctor.js';
import { dropUndefined } from '../../model/json.js';
import type { JourneyRecord, LiveReader } from '../../model/live-api.js';
import { compareBy } from '../../model/words.js';
import { collectLabels, describePlace } from '../../plan/pages/routes.js';
import { renderGuideText, renderLearnedCodecText } from '../../render/doctor.js';
import { type CliIo, formatNow } from '../shared/io.js';
import type { TenantOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { withTenant } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';

/**
 * `doctor --learn-journeys`: learns the wire form of conditions and destinations without writing to the
 * tenant. Without a journey of that name it describes the journey to build; then it reads that journey.
 */
export async function runDoctorLearnJourneys(io: CliIo, name: string, options: TenantOptions): Promise<number> {
  const workspace = await loadWorkspace(io, options);
  return withTenant(io, workspace, options, async ({ reader }) => {
    const [guide, journey] = await Promise.all([readGuide(reader), reader.readJourney(name)]);
    return journey
      ? learn(io, workspace, reader, guide, journey, options)
      : showGuide(io, workspace, guide, name, options);
  });
}

/** Deterministic: the journey is read by the same guide that described how to build it. */
async function readGuide(reader: LiveReader): Promise<JourneyGuide> {
  const [offers, segments, pages] = await Promise.all([
    reader.listItems('offer', 'catalog'),
    reader.listItems('segment', 'catalog'),
    reader.listItems('page', 'catalog'),
  ]);
  return buildGuide({
    labels: sortUnique(offers.items.flatMap(({ attributes }) => collectLabels(attributes['label__limio']))),
    segments: segments.items.map(({ path, name, id }) => ({ path, name, id })).sort(compareBy(({ path }) => path)),
    routes: sortUnique(pages.items.flatMap((page) => describePlace(page).routes)),
  });
}

function showGuide(
  io: CliIo,
  { environment: { name: environment, host } }: Workspace,
  guide: JourneyGuide,
  name: string,
  options: TenantOptions,
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
  printResult(io, options, document, ({ style, width }) => renderGuideText(document, style, width));
  return 0;
}

async function learn(
  io: CliIo,
  workspace: Workspace,
  reader: LiveReader,
  guide: JourneyGuide,
  journey: JourneyRecord,
  options: TenantOptions,
): Promise<number> {
  const { root, environment, learned, ownDialect } = workspace;
  const { name, host } = environment;
  const { templates, notLearned } = learnCodec(journey.data, guide);
  const others = (await reader.listJourneys()).items.filter((one) => one.name !== journey.name);
  const proof = proveCodec(templates, [journey, ...others]);
  if (proof.broken.length > 0)
    throw new LimioError({
      code: 'HTTP_BAD_BODY',
      message:
        `The templates from the journey ${journey.name} do not reproduce ${proof.broken.join(', ')}; ` +
        'nothing was saved.',
      hint: 'Report this with the journey, after removing its values.',
    });
  const evidence = toEvidence(templates, journey.name, proof);
  const newlyLearned = { host, at: formatNow(), dialect: { journeyCodec: templates }, evidence };
  const file =
    evidence.length === 0
      ? undefined
      : writeLearnedDialect(root, name, mergeLearned(learned, newlyLearned), writeFileSafely);
  const report: LearnedJourneyCodec = {
    kind: 'limio-sync/learned-journey-codec',
    formatVersion: 1,
    environment: name,
    host,
    journey: journey.name,
    ...dropUndefined({ file }),
    learned: [...listTemplates('conditions', templates.conditions), ...listTemplates('actions', templates.actions)],
    notLearned,
    proof: { journeys: proof.journeys, elements: proof.elements, typed: proof.typed },
    overridden: ownDialect?.journeyCodec === 'assumed',
  };
  printResult(io, options, report, ({ style, width }) => renderLearnedCodecText(report, style, width));
  return evidence.length === 0 ? 1 : 0;
}

type Templates = ReturnType<typeof learnCodec>['templates'];

function toEvidence(
  templates: Templates,
  journey: string,
  proof: LearnedJourneyCodec['proof'],
): NewlyLearned['evidence'][number][] {
  const how =
    `derived from the journey ${journey}; ${proof.typed} of ${proof.elements} conditions and actions of ` +
    `${proof.journeys} journeys decode, and all encode back to the same JSON`;
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
