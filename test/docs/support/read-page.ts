import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

/** A fenced block of a Markdown page. */
export interface Block {
  /** The words after the fence: `yaml`, `yaml wrong`. */
  info: string;
  text: string;
  /** Line of the opening fence, from 1. */
  line: number;
  /** The nearest heading above, without its marks. */
  section: string;
}

export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The pages that people read. */
export function listPages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return [...docs, 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
}

/** @throws Error if a fence is not closed: everything below it would be skipped. */
export function listBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  let section = '';
  let open: { info: string; line: number; lines: string[] } | undefined;
  page.split('\n').forEach((text, i) => {
    if (open) {
      if (text === '```') {
        blocks.push({ info: open.info, text: open.lines.map((one) => `${one}\n`).join(''), line: open.line, section });
        open = undefined;
      } else open.lines.push(text);
    } else if (text.startsWith('```')) {
      open = { info: text.slice(3), line: i + 1, lines: [] };
    } else {
      section = /^#{1,4} (.*)$/.exec(text)?.[1] ?? section;
    }
  });
  if (open) throw new Error(`the fence of line ${open.line} is not closed`);
  return blocks;
}

/** The cells of every table row of a page, with the heading above it, without head and rule rows. */
export function listRows(page: string): { section: string; cells: string[] }[] {
  const rows: { section: string; cells: string[] }[] = [];
  let section = '';
  const lines = page.replaceAll(/^```[^]*?^```$/gm, '').split('\n');
  lines.forEach((text, i) => {
    section = /^#{1,4} (.*)$/.exec(text)?.[1] ?? section;
    const isHead = /^\|[-| ]+\|$/.test(lines[i + 1] ?? '');
    if (!text.startsWith('| ') || isHead) return;
    const cells = text
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
    rows.push({ section, cells });
  });
  return rows;
}
