import { type DriftReport, type FieldDrift, type ObjectDrift, isDrift } from '../model/drift.js';
import { countThings } from './count-things.js';
import { describeHappening, describeTenant, listValues, selectDrift, summariseDrift, toMove } from './drift-view.js';
import { countBytes } from './markdown/count-bytes.js';
import { listDiffLines } from './markdown/list-diff-lines.js';
import { quoteCode } from './markdown/quote-code.js';
import { quoteWords } from './markdown/quote-words.js';
import { takeLines } from './markdown/take-lines.js';
import { writeFence } from './markdown/write-fence.js';
import { nameField, viewField } from './view-field.js';
import { writeJson } from './write-json.js';

/** What GitHub takes as the text of an issue or a comment. */
const COMMENT_BYTES = 65_536;

export interface DriftMarkdownOptions {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
  all: boolean;
}

/** The drift for an issue or the summary of a step. Too long a one loses fields, then names. */
export function renderDriftMarkdown(
  report: DriftReport,
  { maxBytes = COMMENT_BYTES, all }: DriftMarkdownOptions,
): string {
  const head = [
    `### Drift of ${quoteCode(report.environment)}`,
    '',
    `**${summariseDrift(report)}** in ${quoteCode(report.host)}`,
    '',
    describeBase(report),
  ];
  const foot = writePending(report, all);
  const objects = selectDrift(report, all);
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return `${summariseDrift(report)}\n`.slice(0, Math.max(0, maxBytes));
  const whole = objects.map(writeObject);
  const names = objects.map((object) => [`- ${writeHead(object)}`]);
  const body = countBytes(whole.flat()) <= room ? whole.flat() : takeLines([''], names, room);
  return `${[...head, ...body, ...foot].join('\n')}\n`;
}

function describeBase({ last }: DriftReport): string {
  if (!last) return 'There is no snapshot of a last apply, so nobody can tell which side moved.';
  const run = last.run === undefined ? '' : `, run ${quoteCode(last.run)}`;
  return `Since the ${last.command} of ${quoteCode(last.at)}${run}${last.complete ? '' : ', which did not do everything'}`;
}

function writeHead(object: ObjectDrift): string {
  return `${quoteCode(object.address)} ${describeHappening(object)}`;
}

function writeObject(object: ObjectDrift): string[] {
  const note = describeTenant(object);
  const diff = object.fields.flatMap(listFieldLines);
  return [
    '',
    `**${quoteCode(object.address)}** ${describeHappening(object)}`,
    ...(note === undefined ? [] : ['', `The tenant says: last edited ${quoteWords(note)}`]),
    ...(object.open === undefined ? [] : ['', `The last apply left it ${object.open}.`]),
    ...(diff.length === 0 ? [] : ['', ...writeFence('diff', diff)]),
  ];
}

function listFieldLines(field: FieldDrift): string[] {
  if (field.cause !== 'both') return listDiffLines(viewField(toMove(field)));
  const added = listValues(field).map(
    ({ name, value }) => `${name}: ${value === undefined ? '(none)' : writeJson(value)}`,
  );
  return listDiffLines({ name: `${nameField(field.path)}: conflict`, form: 'set', removed: [], added });
}

function writePending(report: DriftReport, all: boolean): string[] {
  const pending = report.objects.filter((object) => !isDrift(object)).length;
  return all || pending === 0 ? [] : ['', `${countThings(pending, 'object')} changed in git and not applied.`];
}
