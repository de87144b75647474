import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/run.js';
import { renderRunsExport } from '../../src/render/runs-export.js';
import { HOSTILE_STRINGS } from '../support/hostile-strings.js';

const runOf = (user: string): RunRecord => ({
  id: '20261122T174501123Z-prod-3f9a1c',
  folder: '/x',
  state: 'crashed',
  entries: [],
  unreadableLines: 0,
  start: {
    step: 'start',
    formatVersion: 1,
    at: '2026-11-22T17:45:01.123Z',
    run: '20261122T174501123Z-prod-3f9a1c',
    command: 'apply',
    environment: 'prod',
    host: 'acme.prod.limio.com',
    toolVersion: '0.1.0',
    fingerprint: 'f',
    by: { user },
    process: { pid: 1, host: 'build-7' },
  },
});

const cellOf = (user: string): string => {
  const [, row = ''] = renderRunsExport([runOf(user)], 'csv').split('\r\n');
  return /^[^,]*,apply,,prod,[^,]*,[^,]*,,(.*),,,,0\.1\.0,f,crashed,/s.exec(row)?.[1] ?? row;
};

describe('the export of runs as CSV', () => {
  test.each([
    ['ada', 'ada'],
    ['Lovelace, Ada', '"Lovelace, Ada"'],
    ['the "boss"', '"the ""boss"""'],
    ['=HYPERLINK("https://evil.example")', `"'=HYPERLINK(""https://evil.example"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['  =1', "'  =1"],
    ['＝1', "'＝1"],
    ['a\r\n=1', '"a\\u{d}\\u{a}=1"'.replaceAll('"', '')],
    ['\u202Egpj', '\\u{202e}gpj'],
  ])('writes %j as %s', (user, cell) => {
    expect(cellOf(user)).toBe(cell);
  });

  test('has as many rows as runs, whatever their texts hold', () => {
    const text = renderRunsExport(HOSTILE_STRINGS.map(runOf), 'csv');
    expect(text.split('\r\n')).toHaveLength(HOSTILE_STRINGS.length + 2);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
  });
});

test('the export of runs as JSON Lines has one line a run, and the texts as they are', () => {
  const lines = renderRunsExport(HOSTILE_STRINGS.map(runOf), 'jsonl').trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { user: string }).user)).toEqual(HOSTILE_STRINGS);
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
});
