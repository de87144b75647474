import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { rmSync } from 'node:fs';
import type { JsonObject } from '../../src/model/json.js';

/** Writes items as a seed file in a folder of its own; gone when the test ends. */
export function writeSeed(items: readonly JsonObject[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'limio-seed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'items.json');
  writeFileSync(file, JSON.stringify(items));
  return folder;
}
