import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identifyProcess, classifyProcess, type LockRequest, readLockOwner, takeLock } from '../../src/journal/lock.js';
import { openFolder } from './support.js';

const request = (rest: Partial<LockRequest> = {}): LockRequest => ({
  command: 'apply',
  environment: 'prod',
  host: 'acme.prod.limio.com',
  process: identifyProcess(process.pid),
  isRunning: () => true,
  now: Date.UTC(2026, 10, 22),
  ...rest,
});
const isThisProcess = (pid: number): boolean => pid === process.pid;
const locked = expect.objectContaining({ code: 'LOCKED' }) as Error;

describe('a lock', () => {
  test('is held once for each tenant, whatever its environment is called, and free again after its release', (context) => {
    const root = openFolder(context);
    const lock = takeLock(root, request());
    expect(() => takeLock(root, request())).toThrow(locked);
    expect(() => takeLock(root, request({ environment: 'live' }))).toThrow(locked);
    takeLock(root, request({ environment: 'sandbox', host: 'acme-sandbox.prod.limio.com' })).release();
    lock.release();
    lock.release();
    takeLock(root, request()).release();
    expect(readdirSync(join(root, '.limio')).filter((file) => file !== '.gitignore')).toEqual([]);
  });

  test('of an earlier version, which was named after the environment, counts while its process lives', (context) => {
    const root = openFolder(context);
    takeLock(root, request({ host: 'prod' }));
    expect(readLockOwner(root, { environment: 'prod', host: 'acme.prod.limio.com' })?.pid).toBe(process.pid);
    expect(() => takeLock(root, request())).toThrow(locked);
    takeLock(root, request({ isRunning: () => false })).release();
  });

  test('of a dead process is taken over, and its late release takes nothing away', (context) => {
    const root = openFolder(context);
    const dead = takeLock(root, request());
    const lock = takeLock(root, request({ isRunning: () => false, command: 'rollback' }));
    dead.release();
    expect(readLockOwner(root, { environment: 'prod', host: 'acme.prod.limio.com' })).toMatchObject({
      command: 'rollback',
      since: '2026-11-22T00:00:00.000Z',
    });
    lock.release();
    expect(readLockOwner(root, { environment: 'prod', host: 'acme.prod.limio.com' })).toBeUndefined();
  });

  test('is taken over by one only, however many find it dead', (context) => {
    const root = openFolder(context);
    takeLock(root, request({ process: { pid: 999_999, host: hostname() } }));
    const winners = Array.from({ length: 20 }, () => {
      try {
        return takeLock(root, request({ isRunning: isThisProcess }));
      } catch {
        return undefined;
      }
    });
    expect(winners.filter((lock) => lock !== undefined)).toHaveLength(1);
    expect(readdirSync(join(root, '.limio')).toSorted()).toEqual(['.gitignore', 'lock-acme_prod_limio_com.json']);
  });

  test('is refused while another process takes it over', (context) => {
    const root = openFolder(context);
    takeLock(root, request({ process: { pid: 999_999, host: hostname() } }));
    const file = join(root, '.limio/lock-acme_prod_limio_com.json');
    writeFileSync(`${file}.takeover`, readFileSync(file, 'utf8').replace('999999', String(process.pid)));
    expect(() => takeLock(root, request({ isRunning: isThisProcess }))).toThrow(locked);
    expect(readLockOwner(root, { environment: 'prod', host: 'acme.prod.limio.com' })?.pid).toBe(999_999);
  });

  test('is taken over even if another process died during its takeover', (context) => {
    const root = openFolder(context);
    takeLock(root, request({ process: { pid: 999_999, host: hostname() } }));
    const file = join(root, '.limio/lock-acme_prod_limio_com.json');
    writeFileSync(`${file}.takeover`, readFileSync(file, 'utf8').replace('999999', '999998'));
    takeLock(root, request({ isRunning: () => false })).release();
    expect(readdirSync(join(root, '.limio'))).toEqual(['.gitignore']);
  });

  test('without an owner is respected, and its file is named', (context) => {
    const root = openFolder(context);
    mkdirSync(join(root, '.limio'));
    for (const text of ['', '{}', 'null', '{"pid":"1"}']) {
      writeFileSync(join(root, '.limio/lock-acme_prod_limio_com.json'), text);
      expect(() => takeLock(root, request({ isRunning: () => false }))).toThrow(
        expect.objectContaining({ code: 'LOCKED', hint: expect.stringContaining('remove that file') as string }),
      );
    }
  });
});

describe('a process', () => {
  test('is known by its start, so that its number in other hands is another process', () => {
    const own = identifyProcess(process.pid);
    expect(classifyProcess(own, () => true)).toBe('alive');
    expect(classifyProcess(own, () => false)).toBe('dead');
    expect(classifyProcess({ ...own, start: 'earlier' }, () => true)).toBe('dead');
    expect(classifyProcess({ pid: own.pid, host: own.host }, () => true)).toBe('alive');
    expect(classifyProcess({ ...own, host: 'another' }, () => false)).toBe('elsewhere');
  });
});
