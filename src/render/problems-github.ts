import type { Problem } from '../model/problem.js';
import { escapeTerminal } from './escape-terminal.js';

/**
 * Problems as annotations of GitHub Actions ("Workflow commands", "Setting an error message"), one a
 * line. `prefix` leads from the root of the repository to the folder that the files are named from.
 */
export function renderProblemsGithub(problems: readonly Problem[], prefix = ''): string {
  return problems.map((problem) => `${renderAnnotation(problem, prefix)}\n`).join('');
}

function renderAnnotation({ severity, code, message, hint, file, line, col, length }: Problem, prefix: string): string {
  const properties = {
    file: escapeTerminal(`${prefix}${file}`),
    line: String(line),
    col: String(col),
    ...(length === undefined ? {} : { endColumn: String(col + length) }),
    title: code,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const text = [message, ...(hint === undefined ? [] : [`hint: ${hint}`])].map(escapeTerminal).join('\n');
  return `::${severity === 'info' ? 'notice' : severity} ${list.join(',')}::${escapeData(text)}`;
}

/** As @actions/core escapes what stands after the second `::`. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
