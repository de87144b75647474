import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deflateSync } from 'node:zlib';
import { createRedactor } from '../errors/errors.js';
import {
  checkRemote,
  checkVersion,
  describeLocalFailure,
  describeNoGit,
  describeNoRepository,
} from './git-failures.js';

/**
 * A bare repository of the tool's own, in a temporary folder, that talks to the user's remote as the user would.
 *
 * A shallow fetch into the user's repository would make that one shallow, because git keeps one list of shallow commits
 * per repository; it would also leave objects behind. The private one starts empty, needs no lock against other
 * processes, and is removed when the process ends. What git has to know about the remote (address, proxy, credential
 * helpers, the header of actions/checkout) is copied as git itself resolves it: an `include` of the user's file would
 * miss its `includeIf "gitdir:..."`, which names the user's repository.
 */
export interface GitRepository {
  /** Runs git there; an answer of any status. */
  run(args: readonly string[]): Promise<GitAnswer>;
  /** Each object as `cat-file` names it; undefined: it is absent. */
  readObjects(names: readonly string[]): Promise<(GitObject | undefined)[]>;
  /** @returns the id */
  writeObject(type: 'blob' | 'tree' | 'commit', content: Buffer): string;
  /** The user as git knows them: `Ada <ada@example.com>`. */
  identify(): Promise<{ author: string; committer: string }>;
  /** Removes credentials of the remote. */
  redact: (text: string) => string;
}

export interface GitAnswer {
  /** null: git did not end by itself. */
  status: number | null;
  stdout: Buffer;
  stderr: string;
}

export interface GitObject {
  id: string;
  content: Buffer;
}

const TIME_LIMIT_MS = 45_000;

const NOBODY = 'limio-sync <limio-sync@localhost>';

export async function openGitRepository(
  root: string,
  remote: string,
  outerEnv: NodeJS.ProcessEnv,
): Promise<GitRepository> {
  const env = cleanEnvironment(outerEnv);
  const home = makeBareRepository();
  const ask = (args: string[], more = {}) => runGit(args, { cwd: root, env: { ...env, ...more } });
  const [version, layout, config, ownConfig] = await Promise.all([
    ask(['--version']),
    ask(['rev-parse', '--show-object-format', '--show-cdup']),
    ask(['config', '--list', '-z']),
    ask(['config', '--list', '-z'], { GIT_DIR: home }),
  ]);
  checkVersion(version);
  if (layout.status !== 0) throw describeNoRepository(root, layout.stderr);
  const entries = parseConfig(config.stdout);
  checkRemote(
    remote,
    entries.flatMap(({ key }) => /^remote\.(?<name>.+)\.url$/s.exec(key)?.groups?.['name'] ?? []),
  );

  const [format = 'sha1', up = ''] = layout.stdout.toString().split('\n');
  const copied = selectConfig(entries, parseConfig(ownConfig.stdout), remote);
  writeFileSync(join(home, 'config'), writeConfig(format, remote, copied), { mode: 0o600 });

  const hasSshCommand =
    entries.some(({ key }) => key === 'core.sshcommand') || env['GIT_SSH_COMMAND'] || env['GIT_SSH'];
  const settings: RunSettings = {
    // A relative address of a remote starts from the top of the work tree.
    cwd: resolve(root, up),
    env: {
      ...env,
      GIT_DIR: home,
      ...(hasSshCommand ? {} : { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15' }),
    },
  };
  const findIdentity = async (variable: string): Promise<string> => {
    const { status, stdout } = await runGit(['-c', 'user.useConfigOnly=true', 'var', variable], settings);
    // git adds the time: `Ada <ada@example.com> 1764000000 +0000`.
    return (status === 0 && /^.*>/.exec(stdout.toString())?.[0]) || NOBODY;
  };
  let identity: Promise<{ author: string; committer: string }> | undefined;
  return {
    run: (args) => runGit(args, settings),
    readObjects: async (names) => {
      if (names.length === 0) return [];
      const asked = names.map((name) => `${name}\n`).join('');
      const { status, stdout, stderr } = await runGit(['cat-file', '--batch'], settings, asked);
      if (status !== 0) throw describeLocalFailure(stderr);
      return parseObjects(stdout);
    },
    writeObject: (type, content) => writeLooseObject(home, format, type, content),
    identify: () =>
      (identity ??= Promise.all(['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT'].map(findIdentity)).then(
        ([author = NOBODY, committer = NOBODY]) => ({ author, committer }),
      )),
    redact: createUrlRedactor(entries),
  };
}

/**
 * Who one is and how to connect. Others, which git sets for hooks, name another repository.
 */
const KEPT_VARIABLES = [
  /^GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL)$/,
  /^GIT_(?:ASKPASS|SSH|SSL|HTTP|PROXY|PROTOCOL|ALLOW_PROTOCOL|CONFIG_)/,
  /^GIT_(?:EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/,
];

function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) =>
      (!name.startsWith('GIT_') || KEPT_VARIABLES.some((pattern) => pattern.test(name))) && name !== 'SSH_ASKPASS',
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    // Git Credential Manager would open a window.
    GCM_INTERACTIVE: 'never',
    SSH_ASKPASS_REQUIRE: 'never',
  };
}

interface RunSettings {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

function runGit(args: readonly string[], { cwd, env }: RunSettings, input = ''): Promise<GitAnswer> {
  return new Promise((done, fail) => {
    // In a session of its own it has no terminal to ask for a password, Ctrl-C does not end a push halfway, and the
    // time limit ends its children too.
    const isGroup = process.platform !== 'win32';
    const child = spawn('git', args, { cwd, env, windowsHide: true, detached: isGroup });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = setTimeout(() => {
      err.push(Buffer.from(`\nfatal: git did not end within ${TIME_LIMIT_MS / 1000} seconds\n`));
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
      // A credential daemon may hold them.
      child.stdout.destroy();
      child.stderr.destroy();
    }, TIME_LIMIT_MS);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // git may end before it read everything; its status says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', (error) => {
      clearTimeout(timer);
      fail(describeNoGit(error));
    });
    child.once('close', (status) => {
      clearTimeout(timer);
      done({ status, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() });
    });
  });
}

const homes = new Set<string>();
const HOME_PREFIX = 'limio-git-';
const DAY_MS = 86_400_000;

function makeBareRepository(): string {
  if (homes.size === 0)
    process.once('exit', () => {
      for (const home of homes) rmSync(home, { recursive: true, force: true });
    });
  removeLeftovers();
  const home = mkdtempSync(join(tmpdir(), HOME_PREFIX));
  homes.add(home);
  for (const folder of ['objects', 'refs']) mkdirSync(join(home, folder));
  writeFileSync(join(home, 'HEAD'), 'ref: refs/heads/none\n');
  writeFileSync(join(home, 'config'), writeConfig('sha1', '', []), { mode: 0o600 });
  return home;
}

/** Of processes that were killed: they hold how to connect, maybe a token. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(HOME_PREFIX))) {
    const path = join(tmpdir(), name);
    try {
      if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another user's, or gone meanwhile.
    }
  }
}

/** As `hash-object -w` does it; a process of git for each object would take most of the time of a write. */
function writeLooseObject(home: string, format: string, type: string, content: Buffer): string {
  const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const id = createHash(format).update(object).digest('hex');
  const folder = join(home, 'objects', id.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, id.slice(2)), deflateSync(object));
  return id;
}

interface ConfigEntry {
  key: string;
  /** undefined: the key alone, which means true. */
  value: string | undefined;
}

function parseConfig(listed: Buffer): ConfigEntry[] {
  return listed
    .toString()
    .split('\0')
    .slice(0, -1)
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? { key: entry, value: undefined } : { key: entry.slice(0, end), value: entry.slice(end + 1) };
    });
}

/** How to connect and who one is; nothing that changes what git stores or runs. */
const COPIED =
  /^(?:(?:url|credential|http|protocol|ssh|user|author|committer)\.|core\.(?:sshcommand|askpass|gitproxy)$)/;
const COPIED_OF_REMOTE = new Set(['proxy', 'proxyauthmethod', 'uploadpack', 'receivepack', 'vcs']);

/** What the user's repository sees and the private one does not: a header that is there twice would be sent twice. */
function selectConfig(entries: readonly ConfigEntry[], own: readonly ConfigEntry[], remote: string): ConfigEntry[] {
  const spell = ({ key, value }: ConfigEntry): string => JSON.stringify([key, value]);
  const left = new Map<string, number>();
  for (const entry of own) left.set(spell(entry), (left.get(spell(entry)) ?? 0) + 1);
  const prefix = `remote.${remote}.`;
  // Who reads from one repository and pushes to another, or to several, would never see their own lock.
  const address = ['pushurl', 'url'].flatMap((name) => entries.filter(({ key }) => key === `${prefix}${name}`))[0];
  return entries.flatMap((entry) => {
    const { key, value } = entry;
    if (entry === address) return [{ key: `${prefix}url`, value }];
    if (key === `${prefix}url`) return [];
    if (!COPIED.test(key) && !(key.startsWith(prefix) && COPIED_OF_REMOTE.has(key.slice(prefix.length)))) return [];
    const count = left.get(spell(entry)) ?? 0;
    left.set(spell(entry), count - 1);
    return count <= 0 ? [entry] : [];
  });
}

function writeConfig(format: string, remote: string, copied: readonly ConfigEntry[]): string {
  const isSha1 = format === 'sha1';
  const settings: ConfigEntry[] = [
    { key: 'core.repositoryformatversion', value: isSha1 ? '0' : '1' },
    ...(isSha1 ? [] : [{ key: 'extensions.objectformat', value: format }]),
    { key: 'core.bare', value: 'true' },
    // A folder that does not exist, whatever the user configured for all repositories.
    { key: 'core.hookspath', value: 'no-hooks' },
    { key: 'core.fsmonitor', value: 'false' },
    { key: 'gc.auto', value: '0' },
    { key: 'maintenance.auto', value: 'false' },
    { key: 'fetch.writecommitgraph', value: 'false' },
    { key: 'push.pushoption', value: '' },
    ...['mirror', 'promisor'].map((name) => ({ key: `remote.${remote}.${name}`, value: 'false' })),
  ];
  return [...settings, ...copied].map(writeEntry).join('');
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}

function writeEntry({ key, value }: ConfigEntry): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  const section = key.slice(0, first) + (first === last ? '' : ` ${quote(key.slice(first + 1, last))}`);
  return `[${section}]\n\t${key.slice(last + 1)}${value === undefined ? '' : ` = ${quote(value)}`}\n`;
}

function parseObjects(batch: Buffer): (GitObject | undefined)[] {
  const objects: (GitObject | undefined)[] = [];
  for (let at = 0; at < batch.length;) {
    const end = batch.indexOf('\n', at);
    // `<id> <type> <size>`, or `<name> missing`
    const [id = '', , size] = batch.toString('utf8', at, end).split(' ');
    const start = end + 1;
    at = size === undefined ? start : start + Number(size) + 1;
    objects.push(size === undefined ? undefined : { id, content: batch.subarray(start, at - 1) });
  }
  return objects;
}

function createUrlRedactor(entries: readonly ConfigEntry[]): (text: string) => string {
  const secrets = entries.flatMap(({ key, value = '' }) => {
    if (key.endsWith('.extraheader')) return [value, ...value.split(/\s+/).slice(1)];
    // `url.https://user:token@host/.insteadof` holds them in its key.
    return [key, value].flatMap(
      (text) => /:\/\/(?<user>[^/@\s]+)@/.exec(text)?.groups?.['user']?.split(':').at(-1) ?? [],
    );
  });
  const redact = createRedactor(secrets.filter((secret) => secret !== 'git'));
  return (text) => redact(text.replaceAll(/(?<=:\/\/)[^/@\s']*@/g, ''));
}
