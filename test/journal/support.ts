import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { ProcessIdentity } from '../../src/model/run.js';

export const OWN_PROCESS: ProcessIdentity = { pid: 4711, host: 'elsewhere' };

export function openFolder({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): string {
  const root = mkdtempSync(join(tmpdir(), 'limio-journal-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

export function makeResult(rest: Partial<ApplyResult> = {}): ApplyResult {
  return {
    kind: 'limio-sync/result',
    formatVersion: 1,
    environment: 'sandbox',
    host: 'acme.prod.limio.com',
    fingerprint: 'f'.repeat(64),
    outcomes: [],
    publish: { pages: [], onNoPage: [] },
    summary: {
      done: 0,
      failed: 0,
      unverified: 0,
      blocked: 0,
      withheld: 0,
      pagesBuilt: 0,
      pagesLive: 0,
      pagesNotLive: 0,
    },
    interrupted: false,
    ...rest,
  };
}
