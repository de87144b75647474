import { type DriftReport, type FieldDrift, type ObjectDrift, isDrift } from '../model/drift.js';
import type { Json } from '../model/json.js';
import { countThings } from './count-things.js';
import { describeHappening, describeTenant, listValues, selectDrift, summariseDrift, toMove } from './drift-view.js';
import { escapeTerminal } from './escape-terminal.js';
import { formatField } from './format-field.js';
import { shortenText } from './shorten-text.js';
import type { Style } from './style.js';
import { nameField } from './view-field.js';
import { writeJson } from './write-json.js';

const MOST_CHARACTERS = 200;

export interface DriftTextOptions {
  style: Style;
  /** Also what moved in git only. */
  all: boolean;
}

/** What moved in the tenant since the last apply, for a terminal. */
export function renderDriftText(report: DriftReport, { style, all }: DriftTextOptions): string {
  const place = `${escapeTerminal(report.environment)} (${escapeTerminal(report.host)})`;
  const head = [style.bold(`Drift of ${place}: ${summariseDrift(report)}`), style.dim(describeBase(report))];
  const blocks = selectDrift(report, all).flatMap((object) => ['', ...writeObject(object, style)]);
  return `${[...head, ...blocks, ...writeAppOwned(report, style), ...writePending(report, all)].join('\n')}\n`;
}

function describeBase({ last, environment }: DriftReport): string {
  if (!last)
    return `There is no snapshot, so nobody can tell which side moved. limio-sync apply --env ${escapeTerminal(environment)} makes one.`;
  return `Since the ${last.command} of ${escapeTerminal(last.at)}${last.run === undefined ? '' : `, run ${escapeTerminal(last.run)}`}${last.complete ? '' : ', which did not do everything'}`;
}

function writeObject(object: ObjectDrift, style: Style): string[] {
  const note = describeTenant(object);
  const sign =
    object.cause === 'both' ? style.removed('!') : object.cause === 'git' ? style.dim('>') : style.changed('~');
  return [
    `${sign} ${style.bold(escapeTerminal(object.address))}  ${describeHappening(object)}`,
    ...(note === undefined
      ? []
      : [style.dim(`    the tenant says: last edited ${escapeTerminal(shortenText(note, MOST_CHARACTERS))}`)]),
    ...(object.open === undefined ? [] : [style.dim(`    the last apply left it ${object.open}`)]),
    ...object.fields.flatMap((field) => writeField(field, object, style)),
  ];
}

function writeField(field: FieldDrift, { cause }: ObjectDrift, style: Style): string[] {
  if (field.cause !== 'both') {
    const mark = field.cause === cause ? '' : style.dim(` (${field.cause === 'git' ? 'git, not applied' : 'app'})`);
    return [`    ${formatField(toMove(field), style)}${mark}`];
  }
  return [
    `    ${escapeTerminal(shortenText(nameField(field.path), MOST_CHARACTERS))}: conflict`,
    ...listValues(field).map(({ name, value }) => `      ${name.padEnd('last applied'.length)}  ${formatValue(value)}`),
  ];
}

function formatValue(value: Json | undefined): string {
  return value === undefined ? '(none)' : escapeTerminal(shortenText(writeJson(value), MOST_CHARACTERS));
}

/** On request: values that no plan touches. */
function writeAppOwned({ appOwned }: DriftReport, style: Style): string[] {
  if (!appOwned) return [];
  if (appOwned.length === 0) return ['', 'The app owns nothing of what the files declare.'];
  const lines = appOwned.map(({ address, path, live, files }) => {
    const said = files === undefined ? '' : style.dim(` (the files say ${formatValue(files)}, in vain)`);
    return path === ''
      ? `    ${escapeTerminal(address)}: the whole object`
      : `    ${escapeTerminal(address)}  ${escapeTerminal(shortenText(nameField(path), MOST_CHARACTERS))}: ${formatValue(live)}${said}`;
  });
  return ['', 'Owned by the app, and never planned:', ...lines];
}

function writePending(report: DriftReport, all: boolean): string[] {
  const pending = report.objects.filter((object) => !isDrift(object)).length;
  const beside = report.objects.filter(
    (object) => isDrift(object) && object.fields.some(({ cause }) => cause === 'git'),
  ).length;
  if (all || pending + beside === 0) return [];
  return [
    '',
    `${countThings(pending + beside, 'object')} changed in git and not applied; to see ${pending + beside === 1 ? 'it' : 'them'}: limio-sync drift --env ${escapeTerminal(report.environment)} --all`,
  ];
}
