import type { Problem } from '../model/problem.js';
import { escapeTerminal } from './escape-terminal.js';
import type { ReportedFinding } from './lint-report.js';

/** A rule as a viewer of results shows it. */
export interface SarifRule {
  id: string;
  severity: Problem['severity'];
  title: string;
  /** Where people read of it: what {@link formatPageUrl} gives. */
  helpUri?: string;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** A page of `docs/` as part of the published package: whatever becomes of a repository, a version stays as it is. */
export function formatPageUrl(page: string, version: string): string {
  return `https://unpkg.com/limio-sync@${version}/docs/${page}`;
}

/**
 * Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the lines. `prefix` leads from the
 * root of the checkout to the folder that the files are named from.
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
  const { code, severity, message, hint, address, pointer, related = [] } = finding;
  const ruleIndex = index.get(code);
  return {
    ruleId: code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: toText(hint === undefined ? message : `${message} ${hint}`) },
    locations: [
      {
        physicalLocation: toPlace(finding, prefix),
        ...(address === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: `${address}${pointer ?? ''}` }] }),
      },
    ],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((place, id) => ({
            id,
            physicalLocation: toPlace(place, prefix),
            message: { text: toText(place.message) },
          })),
        }),
    // So that a finding is known again when lines above it move.
    partialFingerprints: { 'limioSync/v1': [code, address ?? finding.file, pointer ?? ''].join('|') },
  };
}

/** One line in which nothing is hidden, and no `[words](address)`, of which viewers make a link (SARIF, section 3.11.6). */
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
