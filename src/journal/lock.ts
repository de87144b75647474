import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, readlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import { defined } from '../model/json.js';
import type { ProcessIdentity } from '../model/run.js';
import { type LockOwner, parseLockOwner } from './documents.js';
import {
  codeOf,
  makeLimioFolder,
  nameLimioFolder,
  readFileIfAny,
  refuseUnwritable,
  toFileName,
  writeStateFile,
} from './files.js';

export interface Lock {
  /** May be called twice. Removes only a lock that is still ours. */
  release(): void;
}

export interface LockRequest {
  command: string;
  environment: string;
  /** Host of the tenant. */
  host: string;
  process: ProcessIdentity;
  isRunning: ProcessProbe;
  now: number;
  user?: string;
}

/** How many dead takeovers may be nested; each was a crash within microseconds. */
const MAX_DEPTH = 3;

/**
 * Takes `.limio/lock-<host>.json`, so that two commands of one folder never write to one tenant at the same time,
 * whatever they call it. A lock whose process is dead is taken over.
 * @throws LimioError LOCKED naming the holder, JOURNAL_UNWRITABLE when the file cannot be written.
 */
export function takeLock(root: string, { isRunning, ...request }: LockRequest): Lock {
  const file = nameLockFile(root, request.host);
  const owner: LockOwner = {
    command: request.command,
    environment: request.environment,
    ...request.process,
    since: new Date(request.now).toISOString(),
    ...defined({ user: request.user }),
    nonce: randomBytes(8).toString('hex'),
  };
  try {
    makeLimioFolder(root, nameLimioFolder(root));
    refuseEarlierVersion(nameLockFile(root, request.environment), isRunning);
    acquire(file, owner, isRunning, 0);
  } catch (error) {
    throw refuseUnwritable(file, error);
  }
  return { release: () => removeIfEqual(file, writeOwner(owner)) };
}

/** Earlier versions named the lock after the environment; one of them may still be running. */
function refuseEarlierVersion(file: string, isRunning: ProcessProbe): void {
  const holder = parseLockOwner(readFileIfAny(file));
  if (holder && classifyProcess(holder, isRunning) !== 'dead') throw refuse(file, holder, isRunning);
}

/**
 * The holder of a tenant, dead or alive; undefined when nobody holds it. The lock of a shared store counts as it was
 * last read ({@link recordLease}).
 */
export function readLockOwner(
  root: string,
  { host, environment }: Pick<LockRequest, 'host' | 'environment'>,
): LockOwner | undefined {
  return (
    readOwner(nameLockFile(root, host)) ??
    readOwner(nameLockFile(root, environment)) ??
    readOwner(nameLeaseFile(root, host))
  );
}

/** Keeps the lock of a shared store as it was just read, or that there is none. @throws LimioError FILE_UNWRITABLE. */
export function recordLease(root: string, host: string, owner: LockOwner | undefined): void {
  const file = nameLeaseFile(root, host);
  if (owner) writeStateFile(root, file, writeOwner(owner));
  else if (readFileIfAny(file) !== undefined) unlinkSync(file);
}

function nameLeaseFile(root: string, host: string): string {
  return join(nameLimioFolder(root), `lease-${toFileName(host)}.json`);
}

function readOwner(file: string): LockOwner | undefined {
  try {
    return parseLockOwner(readFileIfAny(file));
  } catch {
    // Something else has that name. Taking the lock reports it.
    return undefined;
  }
}

function nameLockFile(root: string, name: string): string {
  return join(nameLimioFolder(root), `lock-${toFileName(name)}.json`);
}

function acquire(file: string, owner: LockOwner, isRunning: ProcessProbe, depth: number): void {
  if (createWhole(file, writeOwner(owner))) return;
  const found = readFileIfAny(file);
  // Released just now: try again.
  if (found === undefined) return acquire(file, owner, isRunning, depth + 1);
  const holder = parseLockOwner(found);
  if (holder === undefined || depth >= MAX_DEPTH || classifyProcess(holder, isRunning) !== 'dead')
    throw refuse(file, holder, isRunning);
  // Two processes that find the same dead lock must not remove each other's new one.
  const guard = `${file}.takeover`;
  acquire(guard, owner, isRunning, depth + 1);
  try {
    removeIfEqual(file, found);
    if (!createWhole(file, writeOwner(owner))) throw refuse(file, parseLockOwner(readFileIfAny(file)), isRunning);
  } finally {
    removeIfEqual(guard, writeOwner(owner));
  }
}

/** Atomic: the file exists with all of its content, or not at all. False when there is one already. */
function createWhole(file: string, text: string): boolean {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
    return createPlain(file, text);
  } finally {
    removeIfEqual(draft, text);
  }
}

/** For file systems without links: a crash in between leaves an empty file, which a person must remove. */
function createPlain(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function removeIfEqual(file: string, text: string): void {
  if (readFileIfAny(file) === text) unlinkSync(file);
}

function writeOwner(owner: LockOwner): string {
  return `${JSON.stringify(owner, null, 2)}\n`;
}

function refuse(file: string, holder: LockOwner | undefined, isRunning: ProcessProbe): LimioError {
  if (holder === undefined) {
    return new LimioError({
      code: 'LOCKED',
      message: `${file} exists, but does not name the process that holds the lock. Nothing was written.`,
      hint: 'If no other limio-sync is running in this checkout, remove that file.',
      details: { file },
    });
  }
  const { command, environment, pid, host, since, user } = holder;
  const who = `process ${pid}${user === undefined ? '' : ` of ${user}`} on ${host}`;
  const hint =
    classifyProcess(holder, isRunning) === 'elsewhere'
      ? `Check on ${host} whether it is still running. If it is not, remove ${file}`
      : `Wait until it ends: add --lock-timeout 10m. Or stop it: kill ${pid}`;
  return new LimioError({
    code: 'LOCKED',
    message: `Another ${command} of ${environment} has been running since ${since}: ${who}. Nothing was written.`,
    hint,
    details: { holder, file },
  });
}

/** Asks the system for a process of that number; only the command line may touch `process`. */
export type ProcessProbe = (pid: number) => boolean;

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, host: hostname(), ...defined({ start: readProcessStart(pid) }) };
}

/** `elsewhere`: it runs on another machine, which cannot be asked from here. */
export function classifyProcess(identity: ProcessIdentity, isRunning: ProcessProbe): 'alive' | 'dead' | 'elsewhere' {
  if (identity.host !== hostname()) return 'elsewhere';
  if (!isRunning(identity.pid)) return 'dead';
  // The number may belong to another process by now, or to one that ended and was not yet collected.
  return identity.start === undefined || identity.start === readProcessStart(identity.pid) ? 'alive' : 'dead';
}

/**
 * Whether the process has certainly ended: it ran on this machine since its last start, in this container. A lock of a
 * shared store is taken from it before it expires.
 */
export function isSurelyDead(identity: ProcessIdentity, isRunning: ProcessProbe): boolean {
  const here = nameProcessSpace();
  return (
    here !== undefined && identity.start?.startsWith(here) === true && classifyProcess(identity, isRunning) === 'dead'
  );
}

/** Boot of the machine and the container: where a process id means one process. Undefined without /proc. */
function nameProcessSpace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}/`;
  } catch {
    return undefined;
  }
}

/** proc(5), field 22 of `stat`; undefined for a process that is gone or a zombie, and without /proc. */
function readProcessStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    if (startTime === undefined || state === 'Z' || state === 'X') return undefined;
    const space = nameProcessSpace();
    return space && `${space}${startTime}`;
  } catch {
    return undefined;
  }
}
