import type { Problem } from '../model/problem.js';
import type { ReportedFinding } from './lint-report.js';

/** A rule as a viewer of results shows it. */
export interface SarifRule {
  id: string;
  severity: Problem['severity'];
  title: string;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Where the page of a rule is, as part of the published package. */
export function formatRuleUrl(id: string, version: string): string {
  return `https://unpkg.com/limio-sync@${version}/docs/lint/${encodeURIComponent(id)}.md`;
}

/**
 * Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the lines. `prefix` leads from the
 * root of the checkout to the folder that the files are named from. `builtIn` are the rules that
 * have a page.
 */
export function toSarif(
  findings: readonly ReportedFinding[],
  { rules, builtIn, version, prefix = '' }: { rules: readonly SarifRule[]; builtIn: ReadonlySet<string>; version: string; prefix?: string },
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
            rules: rules.map(({ id, severity, title }) => ({
              id,
              shortDescription: { text: title },
              defaultConfiguration: { level: LEVELS[severity] },
              ...(builtIn.has(id) ? { helpUri: formatRuleUrl(id, version) } : {}),
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
    message: { text: hint === undefined ? message : `${message} ${hint}` },
    locations: [{ physicalLocation: toPlace(finding, prefix), ...(address === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: `${address}${pointer ?? ''}` }] }) }],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((place, id) => ({ id, physicalLocation: toPlace(place, prefix), message: { text: place.message } })) }),
    // So that a finding is known again when lines above it move.
    partialFingerprints: { 'limioSync/v1': [code, address ?? finding.file, pointer ?? ''].join('|') },
  };
}

function toPlace({ file, line, col, length }: { file: string; line: number; col: number; length?: number }, prefix: string): object {
  const uri = `${prefix}${file}`.split('/').map(encodeURIComponent).join('/');
  return { artifactLocation: { uri }, region: { startLine: line, startColumn: col, ...(length === undefined ? {} : { endColumn: col + length }) } };
}
