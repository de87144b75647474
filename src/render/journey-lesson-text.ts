import type { JourneyGuideDocument, JourneyLesson } from '../model/doctor.js';
import { countThings } from './count-things.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Style } from './style.js';
import { wrapText } from './wrap-text.js';

/** Which journey to build in the web app. */
export function renderGuideText(
  { environment, host, journey, branches, destinations, skipped }: JourneyGuideDocument,
  style: Style,
  width = 80,
): string {
  const [first, second] = destinations.map(escapeTerminal);
  const to = first === undefined ? '' : `  -> ${first}, 100 %`;
  const steps = branches.map(
    ({ title, ask }, i) => `${String(i + 1).padStart(4)}. ${style.bold(title)}: ${escapeTerminal(ask)}${to}`,
  );
  const test =
    second === undefined
      ? []
      : [`${String(branches.length + 1).padStart(4)}. no condition  -> ${first}, 30 %, and ${second}, 70 %`];
  const blocks = [
    style.bold(
      `There is no journey ${escapeTerminal(journey)} in ${escapeTerminal(environment)} (${escapeTerminal(host)}). Build it in the web app, once:`,
    ),
    'Let it start at a tag that nobody visits, never at /default/: a journey is live when it is saved. Make one branch for each line, with exactly these values and no other condition. Where only one of two values can be chosen, choose the first. Leave out what the web app does not offer.',
    [...steps, ...test].join('\n'),
    skipped
      .map(
        ({ type, why }) =>
          `${style.changed(`not to be learned: ${escapeTerminal(type)}`)}, because ${escapeTerminal(why)}`,
      )
      .join('\n'),
    `Then run the same command again. Nothing is written to the tenant; afterwards the journey can be deleted.`,
  ];
  return wrapText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`, width);
}

/** What the journey showed. */
export function renderLessonText(lesson: JourneyLesson, style: Style, width = 80): string {
  const { environment, host, journey, file, learned, notLearned, proof, overruled } = lesson;
  const blocks = [
    style.bold(
      `Learned from ${escapeTerminal(journey)} of ${escapeTerminal(environment)} (${escapeTerminal(host)}): ${learned.length} of ${learned.length + notLearned.length} types`,
    ),
    learned
      .map(({ type, template }) => `${style.added(type)}\n    ${style.dim(escapeTerminal(JSON.stringify(template)))}`)
      .join('\n'),
    notLearned
      .map(({ type, why }) => `${style.changed(`${escapeTerminal(type)} not learned`)}: ${escapeTerminal(why)}`)
      .join('\n'),
    `Proved with ${countThings(proof.journeys, 'journey')}: ${proof.typed} of ${proof.elements} conditions and actions decode, and all encode back to the same JSON.`,
    overruled ? style.changed('limio.config says journeyCodec: "assumed", which wins: take it out there.') : '',
    file === undefined ? '' : `Written to ${escapeTerminal(file)}; look the templates over, and commit it.`,
  ];
  return wrapText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`, width);
}
