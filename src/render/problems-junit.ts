import type { Problem } from '../model/problem.js';
import { escapeXml } from './escape-xml.js';

/**
 * Problems as a JUnit report, which GitLab and others show as failed tests. Every error is a failed
 * case; every file without an error is a passed one, with its warnings as its output. `files` are
 * the paths that were read.
 */
export function renderProblemsJunit(problems: readonly Problem[], files: readonly string[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const failed = new Set(errors.map(({ file }) => file));
  const sound = [...new Set([...files, ...problems.map(({ file }) => file)])]
    .filter((file) => !failed.has(file))
    .sort();
  const cases = [
    ...errors.map(renderFailure),
    ...sound.map((file) =>
      renderPass(
        file,
        problems.filter((problem) => problem.file === file),
      ),
    ),
  ];
  const counts = `tests="${cases.length}" failures="${errors.length}" errors="0" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="limio-sync validate" ${counts}>`,
    `  <testsuite name="limio-sync validate" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function renderFailure(problem: Problem): string {
  const { file, line, col, code, message } = problem;
  return [
    `    <testcase name="${escapeXml(`${code} at ${file}:${line}:${col}`)}" classname="${escapeXml(file)}" file="${escapeXml(file)}" time="0">`,
    `      <failure type="${escapeXml(code)}" message="${escapeXml(message)}">${escapeXml(describe(problem))}</failure>`,
    '    </testcase>',
  ].join('\n');
}

function renderPass(file: string, warnings: readonly Problem[]): string {
  const open = `    <testcase name="${escapeXml(file)}" classname="${escapeXml(file)}" file="${escapeXml(file)}" time="0"`;
  if (warnings.length === 0) return `${open}/>`;
  const lines = warnings.map((warning) => escapeXml(describe(warning)));
  return `${open}>\n      <system-out>${lines.join('\n')}</system-out>\n    </testcase>`;
}

function describe({ file, line, col, severity, code, message, hint }: Problem): string {
  return `${file}:${line}:${col} ${severity} ${code} ${message}${hint === undefined ? '' : ` Hint: ${hint}`}`;
}
