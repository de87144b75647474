import { countThings, joinWords } from '../model/words.js';
import type { Problem } from '../model/problem.js';
import { escapeTerminal } from './escape.js';
import { countMore } from './problems.js';

/* What `lint` reports: JSON, the summary of the text, SARIF. Findings as text: problems.ts. */

export interface LintCounts {
  environments: readonly string[];
  files: number;
  resources: number;
  rules: number;
  suppressed: number;
  fixed: number;
  notRun: readonly { rule: string; reason: string }[];
}

/** Its `code` is the id of the rule. */
export interface ReportedFinding extends Problem {
  address?: string;
  pointer?: string;
  fixable: boolean;
}

/** Of `lint --format json`. */
export interface LintReport {
  kind: 'limio-sync/lint';
  formatVersion: 1;
  environments: readonly string[];
  summary: {
    files: number;
    resources: number;
    rules: number;
    errors: number;
    warnings: number;
    infos: number;
    suppressed: number;
    fixed: number;
  };
  findings: readonly ReportedFinding[];
  notRun: LintCounts['notRun'];
}

export function toLintReport(
  findings: readonly ReportedFinding[],
  { environments, notRun, ...counts }: LintCounts,
): LintReport {
  const { error: errors, warning: warnings, info: infos } = countSeverities(findings);
  return {
    kind: 'limio-sync/lint',
    formatVersion: 1,
    environments,
    summary: { ...counts, errors, warnings, infos },
    findings,
    notRun,
  };
}

/** `1 error, 2 warnings and 1 note in 14 files (20 resources), by 50 rules.` and more lines. */
export function renderLintSummary(findings: readonly ReportedFinding[], checked: LintCounts): string {
  const counts = countSeverities(findings);
  const parts = [
    countThings(counts.error, 'error'),
    countThings(counts.warning, 'warning'),
    countThings(counts.info, 'note'),
  ].filter((part) => !part.startsWith('0 '));
  const found = parts.length === 0 ? 'Nothing found' : joinWords(parts);
  const where = `${countThings(checked.files, 'file')} (${countThings(checked.resources, 'resource')})`;
  const fixable = findings.filter((finding) => finding.fixable).length;
  const lines = [
    `${found} in ${where}, by ${countThings(checked.rules, 'rule')}.`,
    ...(checked.suppressed > 0 ? [`Comments suppress ${countThings(checked.suppressed, 'finding')}.`] : []),
    ...(checked.fixed > 0 ? [`Fixed: ${checked.fixed}.`] : []),
    ...(fixable > 0 && checked.fixed === 0
      ? [`To fix ${fixable === findings.length ? 'all' : String(fixable)} of them: limio-sync lint --fix`]
      : []),
    ...[...groupReasons(checked.notRun)].map(([reason, rules]) => `Not run because ${reason}: ${rules.join(', ')}.`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function groupReasons(notRun: LintCounts['notRun']): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { rule, reason } of notRun) groups.set(reason, [...(groups.get(reason) ?? []), rule]);
  return groups;
}

function countSeverities(findings: readonly Problem[]): Record<Problem['severity'], number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

export interface SarifRule {
  id: string;
  severity: Problem['severity'];
  title: string;
  /** See {@link formatPageUrl}. */
  helpUri?: string;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** The published package never changes, unlike a branch of a repository. */
export function formatPageUrl(page: string, version: string): string {
  return `https://unpkg.com/limio-sync@${version}/docs/${page}`;
}

/**
 * SARIF 2.1.0 (OASIS), which code hosts show beside the lines. `prefix` is the path from the root of the checkout to
 * the folder that contains the files.
 */
export function toSarif(
  findings: readonly ReportedFinding[],
  { rules, version, prefix = '' }: { rules: readonly SarifRule[]; version: string; prefix?: string },
): object {
  const index = new Map(rules.map(({ id }, i) => [id, i]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'limio-sync',
            semanticVersion: version,
            informationUri: 'https://www.npmjs.com/package/limio-sync',
            rules: rules.map(({ id, severity, title, helpUri }) => ({
              id,
              shortDescription: { text: toText(title) },
              defaultConfiguration: { level: LEVELS[severity] },
              ...(helpUri === undefined ? {} : { helpUri }),
            })),
          },
        },
        // Columns count as JavaScript counts them.
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => toResult(finding, index, prefix)),
      },
    ],
  };
}

function toResult(finding: ReportedFinding, index: ReadonlyMap<string, number>, prefix: string): object {
  const { code, severity, message, hint, address, pointer, row, related = [] } = finding;
  const text = [message, ...countMore(finding).map((more) => `(${more})`), ...(hint === undefined ? [] : [hint])].join(
    ' ',
  );
  const places = [...(row ? [{ ...row, message: 'The row of the template.' }] : []), ...related];
  const ruleIndex = index.get(code);
  return {
    ruleId: code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: toText(text) },
    locations: [
      {
        physicalLocation: toPlace(finding, prefix),
        ...(address === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: `${address}${pointer ?? ''}` }] }),
      },
    ],
    ...(places.length === 0
      ? {}
      : {
          relatedLocations: places.map((place, id) => ({
            id,
            physicalLocation: toPlace(place, prefix),
            message: { text: toText(place.message) },
          })),
        }),
    // Identifies the finding when lines above it move.
    partialFingerprints: { 'limioSync/v1': [code, address ?? finding.file, pointer ?? ''].join('|') },
  };
}

/** Viewers would turn `[words](address)` into a link (SARIF, section 3.11.6). */
function toText(text: string): string {
  return escapeTerminal(text).replaceAll('](', '] (');
}

function toPlace(
  { file, line, col, length }: { file: string; line: number; col: number; length?: number },
  prefix: string,
): object {
  const uri = `${prefix}${file}`.split('/').map(encodeURIComponent).join('/');
  return {
    artifactLocation: { uri },
    region: { startLine: line, startColumn: col, ...(length === undefined ? {} : { endColumn: col + length }) },
  };
}
