import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addJobToken } from '../../src/cli/shared/team-state.js';
import { createGitStore, type GitStoreInput } from '../../src/store/git-store.js';
import { nameScope, type StoreScope, swap } from '../../src/store/store.js';
import { createStillClock, describeStoreContract, SCOPE } from './contract.js';
import {
  findFreePort,
  type GitServer,
  type HttpServerOptions,
  startDaemon,
  startHttpServer,
} from './support/git-servers.js';

const REF = ['refs/limio-sync', ...nameScope(SCOPE)].join('/');
const TENANT: StoreScope = { tenant: SCOPE.tenant };

const worlds: GitWorld[] = [];
let temporary: string;
const outerTemporary = process.env['TMPDIR'];

// The private repositories of this process go away with it; here they go away with the tests.
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'limio-git-test-'));
  process.env['TMPDIR'] = temporary;
  mkdirSync(join(temporary, 'template'));
  makeTemplate(join(temporary, 'template'));
});

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

afterAll(() => {
  if (outerTemporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outerTemporary;
  rmSync(temporary, { recursive: true, force: true });
});

type GitWorld = ReturnType<typeof makeGitWorld>;

/** A bare remote with one branch, and a clone of it. Making it takes longer than most tests. */
function makeTemplate(folder: string): void {
  const git = createGit(folder);
  const bare = join(folder, 'remote.git');
  git(folder, 'init', '-q', '--bare', '--template=', '-b', 'main', bare);
  for (const setting of ['receive.autogc', 'gc.auto']) git(bare, 'config', setting, '0');
  const seed = join(folder, 'seed');
  git(folder, 'init', '-q', '--template=', '-b', 'main', seed);
  for (const subject of ['first', 'second', 'third'])
    git(
      seed,
      '-c',
      'user.name=Ada',
      '-c',
      'user.email=ada@example.com',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      subject,
    );
  git(seed, 'push', '-q', bare, 'main');
  git(folder, 'clone', '-q', '--template=', `file://${bare}`, 'clone');
}

const makeEnvironment = (home: string) => ({ PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' });

/** git of somebody who did not configure it. */
function createGit(home: string) {
  return (cwd: string, ...args: (string | { input: string })[]): string => {
    const input = args.map((arg) => (typeof arg === 'string' ? '' : arg.input)).join('');
    const words = args.filter((arg) => typeof arg === 'string');
    return execFileSync('git', words, {
      cwd,
      env: makeEnvironment(home),
      encoding: 'utf8',
      stdio: 'pipe',
      input,
    }).trim();
  };
}

/** A text in a stream of `git fast-import`. */
const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

function makeGitWorld() {
  const folder = mkdtempSync(join(temporary, 'world-'));
  cpSync(join(temporary, 'template'), folder, { recursive: true });
  const bare = join(folder, 'remote.git');
  const root = join(folder, 'clone');
  const env = makeEnvironment(folder);
  const git = createGit(folder);
  git(root, 'remote', 'set-url', 'origin', `file://${bare}`);
  return {
    folder,
    bare,
    root,
    env,
    git,
    clone: (name: string, ...options: string[]): string => {
      git(folder, 'clone', '-q', ...options, `file://${bare}`, name);
      return join(folder, name);
    },
    open: (scope: StoreScope = SCOPE, more: Partial<GitStoreInput> = {}) =>
      createGitStore({ root, env, ...more }, scope),
    /** Writes the whole tree, past the store. */
    putTexts: async (texts: ReadonlyMap<string, string>, nameOf = encodeURIComponent as (key: string) => string) => {
      const files = Array.from(texts, ([key, text]) => `M 100644 inline ${nameOf(key)}\n${data(text)}`);
      const head = `commit ${REF}\ncommitter Ada <ada@example.com> 1764000000 +0000\n${data('by hand')}`;
      git(bare, 'fast-import', '--quiet', '--force', { input: `${head}${files.join('')}` });
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function makeWorld(): GitWorld {
  const world = makeGitWorld();
  worlds.push(world);
  return world;
}

const noteOf = (subject: string, run: string) => ({
  subject,
  run,
  details: { Commit: 'abc', 'Pull request': '#7\nx' },
});

const listSubjects = ({ git, bare }: GitWorld, ref = REF): string[] => git(bare, 'log', '--format=%s', ref).split('\n');

describeStoreContract(
  'git',
  async () => {
    const { open, putTexts, close } = makeGitWorld();
    return { open, close, seed: putTexts, damage: (key, text) => putTexts(new Map([[key, text]])) };
  },
  { racers: 20, writers: 5 },
);

describe('the history of the git store', () => {
  test('has one commit a run, with who, why and the run', async () => {
    const world = makeWorld();
    world.git(world.root, 'config', 'user.name', 'Grace "G" Hopper');
    world.git(world.root, 'config', 'user.email', 'grace@example.com');
    const store = world.open();
    await store.write('runs/1.json', 'plan', undefined, noteOf('apply of prod: started', '1'));
    await store.write('journal', 'a', undefined, noteOf('apply of prod: 1 done', '1'));
    await store.write('snapshot.json', 's', undefined, noteOf('apply of prod: 2 done', '1'));
    const version = await store.write('runs/2.json', 'plan', undefined, noteOf('apply of prod: started', '2'));
    // Another machine continues the run.
    await world.open().write('runs/2.json', 'plan 2', version, noteOf('apply of prod: 3 done', '2'));
    await world.open().write('runs/3.json', 'plan', undefined, noteOf('apply of prod: started', '3'));
    expect(listSubjects(world)).toEqual(['apply of prod: started', 'apply of prod: 3 done', 'apply of prod: 2 done']);
    expect(world.git(world.bare, 'log', '-1', '--format=%an <%ae> %cn%n%B', `${REF}~1`).trim()).toBe(
      'Grace "G" Hopper <grace@example.com> Grace "G" Hopper\n' +
        'apply of prod: 3 done\n\nCommit: abc\nPull request: #7 x\n\nLimio-Run: 2',
    );
    expect((await world.open().list()).map(({ key }) => key)).toEqual([
      'journal',
      'runs/1.json',
      'runs/2.json',
      'runs/3.json',
      'snapshot.json',
    ]);
    world.git(world.bare, 'fsck', '--strict');
  });

  test('is written by limio-sync where nobody configured a name', async () => {
    const world = makeWorld();
    await world.open().write('a', 'text', undefined);
    expect(world.git(world.bare, 'log', '-1', '--format=%an <%ae>, %cn <%ce>', REF)).toBe(
      'limio-sync <limio-sync@localhost>, limio-sync <limio-sync@localhost>',
    );
  });

  test('is not kept for a tenant, whose ref holds only the lock', async () => {
    const world = makeWorld();
    const store = world.open(TENANT);
    const version = await store.write('lock.json', 'a', undefined);
    await store.remove('lock.json', version ?? '');
    await store.write('lock.json', 'b', undefined);
    expect(listSubjects(world, ['refs/limio-sync', ...nameScope(TENANT)].join('/'))).toEqual(['write lock.json']);
  });

  test('becomes one commit when it is squashed, and every text stays', async () => {
    const world = makeWorld();
    await world.open().squash();
    const store = world.open();
    for (const key of ['a', 'b', 'c']) await store.write(key, key, undefined);
    await store.squash();
    expect(listSubjects(world)).toEqual(['prune: remove the history']);
    expect((await world.open().list()).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    await store.write('d', 'd', undefined);
    expect(listSubjects(world)).toHaveLength(2);
  });

  test('grows by every write on a host that never drops a commit, and cannot be squashed there', async () => {
    const world = makeWorld();
    world.git(world.bare, 'config', 'receive.denyNonFastForwards', 'true');
    const open = (scope = SCOPE) => world.open(scope, { branch: 'limio-state' });
    const store = open();
    const first = await store.write('a', '1', undefined, { subject: 'one', run: '1' });
    const second = await store.write('a', '2', first, { subject: 'two', run: '1' });
    await open().write('a', '3', second, { subject: 'three', run: '1' });
    expect(listSubjects(world, ['limio-state', ...nameScope(SCOPE)].join('/'))).toEqual(['three', 'two', 'one']);
    await expect(store.squash()).rejects.toMatchObject({
      code: 'STORE_FORBIDDEN',
      hint: expect.stringContaining('force push') as string,
    });
    const lock = await open(TENANT).write('lock.json', 'a', undefined);
    expect(await open(TENANT).remove('lock.json', lock ?? '')).toBe(true);
  });
});

describe('the git store beside other machines', () => {
  test('has one winner of two clones that create a key, eight times of eight', async () => {
    const world = makeWorld();
    const stores = [world.open(), world.open(SCOPE, { root: world.clone('other') })];
    for (let round = 0; round < 8; round += 1) {
      const versions = await Promise.all(stores.map((store, index) => store.write(`${round}`, `${index}`, undefined)));
      const winner = versions.findIndex((version) => version !== undefined);
      expect(versions.filter((version) => version !== undefined)).toHaveLength(1);
      expect(await stores[0]?.read(`${round}`)).toEqual({ text: `${winner}`, version: versions[winner] });
    }
  });

  test('writes its key although another machine wrote another one meanwhile', async () => {
    const world = makeWorld();
    const store = world.open();
    const version = await store.write('a', '1', undefined);
    await world.open().write('b', '1', undefined);
    expect(await store.write('a', '2', version)).toBeDefined();
    await world.open().remove('b', (await world.open().read('b'))?.version ?? '');
    expect(await store.write('b', '2', undefined)).toBeDefined();
  });

  test('keeps what somebody added by hand, and lists only its own texts', async () => {
    const world = makeWorld();
    await world.putTexts(new Map([['README 100%.md', 'by hand']]), (name) => name);
    const store = world.open();
    await store.write('a', 'text', undefined);
    expect((await store.list()).map(({ key }) => key)).toEqual(['a']);
    expect(world.git(world.bare, 'show', `${REF}:README 100%.md`)).toBe('by hand');
  });

  test('accepts keys that are files and folders at once, and names that git reserves', async () => {
    const world = makeWorld();
    world.git(world.bare, 'config', 'receive.fsckObjects', 'true');
    const store = world.open();
    const keys = ['.git', '.git/config', '..', 'GIT~1', 'a', 'a/b', 'new\nline', 'tab\t'].toSorted();
    for (const key of keys) expect(await store.write(key, key, undefined)).toBeDefined();
    expect((await world.open().list()).map(({ key }) => key)).toEqual(keys);
    expect((await world.open().read('new\nline'))?.text).toBe('new\nline');
  });
});

/** Everything in it: status, refs, HEAD, index, shallow boundary, objects. */
const describeCheckout = ({ git }: GitWorld, root: string): string[] => {
  const gitFolder = git(root, 'rev-parse', '--path-format=absolute', '--git-common-dir');
  const shallow = join(gitFolder, 'shallow');
  return [
    git(root, 'status', '--porcelain=v2', '--branch'),
    git(root, 'for-each-ref'),
    git(root, 'rev-parse', 'HEAD'),
    git(root, 'ls-files', '--stage'),
    git(root, 'log', '--oneline'),
    existsSync(shallow) ? readFileSync(shallow, 'utf8') : 'complete',
    git(root, 'count-objects', '-v'),
    String(existsSync(join(gitFolder, 'FETCH_HEAD'))),
    git(root, 'config', '--local', '--list'),
  ];
};

describe('the repository of the user', () => {
  test.each<[string, (world: GitWorld) => string]>([
    ['a complete clone', ({ root }) => root],
    ['a shallow clone', ({ clone }) => clone('shallow', '--depth=1')],
    [
      'a detached checkout',
      ({ root, git }) => {
        git(root, 'checkout', '-q', '--detach', 'HEAD~1');
        return root;
      },
    ],
    [
      'a linked work tree',
      ({ root, folder, git }) => {
        git(root, 'worktree', 'add', '-q', join(folder, 'linked'), '-b', 'side');
        return join(folder, 'linked');
      },
    ],
    ['a bare repository', ({ clone }) => clone('bare', '--bare')],
  ])('stays as it was: %s', async (_, prepare) => {
    const world = makeWorld();
    const root = prepare(world);
    if (!root.endsWith('bare')) {
      writeFileSync(join(root, 'staged'), 'staged');
      world.git(root, 'add', 'staged');
      writeFileSync(join(root, 'staged'), 'edited');
      writeFileSync(join(root, 'untracked'), '');
    }
    const isBare = root.endsWith('bare');
    const before = isBare ? world.git(root, 'for-each-ref') : describeCheckout(world, root);
    const other = world.open();
    for (let step = 0; step < 3; step += 1) await other.write(`other/${step}`, 'text', undefined);
    const store = world.open(SCOPE, { root });
    const version = await store.write('a', '1', undefined, { subject: 'one', run: '1' });
    await store.write('a', '2', version, { subject: 'two', run: '1' });
    expect(await store.read('a')).toMatchObject({ text: '2' });
    expect(await store.list()).toHaveLength(4);
    expect(isBare ? world.git(root, 'for-each-ref') : describeCheckout(world, root)).toEqual(before);
  });

  test('may be a folder below the top, with a relative address of its remote', async () => {
    const world = makeWorld();
    world.git(world.root, 'remote', 'set-url', 'origin', '../remote.git');
    const root = join(world.root, 'brands/acme');
    mkdirSync(root, { recursive: true });
    expect(await world.open(SCOPE, { root }).write('a', 'text', undefined)).toBeDefined();
  });

  test('may push elsewhere than it fetches from: the store is where it pushes, and in one place', async () => {
    const world = makeWorld();
    const [fork = '', second = ''] = ['fork', 'second'].map((name) => world.clone(name, '--bare'));
    for (const url of [fork, second]) world.git(world.root, 'remote', 'set-url', '--add', '--push', 'origin', url);
    const version = await world.open().write('a', 'text', undefined);
    expect(await world.open().read('a')).toEqual({ text: 'text', version });
    expect([world.bare, fork, second].map((path) => world.git(path, 'for-each-ref', 'refs/limio-sync') !== '')).toEqual(
      [false, true, false],
    );
  });

  test('may mirror, prune and sign; its settings change nothing of the store', async () => {
    const world = makeWorld();
    const settings = {
      'remote.origin.mirror': 'true',
      'remote.origin.fetch': '+refs/*:refs/*',
      'remote.origin.promisor': 'true',
      'fetch.prune': 'true',
      'core.autocrlf': 'true',
      'commit.gpgSign': 'true',
      'push.gpgSign': 'true',
      'push.pushOption': 'x',
      'push.followTags': 'true',
      'core.hooksPath': join(world.folder, 'hooks'),
    };
    for (const scope of ['--global', '--local'])
      for (const [key, value] of Object.entries(settings)) world.git(world.root, 'config', scope, key, value);
    const hook = join(world.folder, 'hooks/pre-push');
    mkdirSync(join(world.folder, 'hooks'));
    writeFileSync(hook, `#!/bin/sh\ntouch ${world.folder}/hook-ran\nexit 1\n`);
    chmodSync(hook, 0o755);
    await world.open().write('a', 'line\r\nline\n', undefined);
    expect((await world.open().read('a'))?.text).toBe('line\r\nline\n');
    expect(existsSync(join(world.folder, 'hook-ran'))).toBe(false);
    expect(world.git(world.root, 'for-each-ref', 'refs/limio-sync')).toBe('');
  });

  test('is found although git set its variables for a hook, and whatever language it speaks', async () => {
    const world = makeWorld();
    const env = {
      ...world.env,
      GIT_DIR: join(world.folder, 'elsewhere'),
      GIT_WORK_TREE: '/',
      GIT_INDEX_FILE: join(world.folder, 'index'),
      GIT_OBJECT_DIRECTORY: join(world.folder, 'objects'),
      GIT_QUARANTINE_PATH: join(world.folder, 'quarantine'),
      GIT_NAMESPACE: 'other',
      GIT_PREFIX: 'x/',
      GIT_TRACE: '1',
      GIT_AUTHOR_DATE: '2001-01-01T00:00:00Z',
      LANG: 'de_DE.UTF-8',
      LANGUAGE: 'de',
    };
    expect(await world.open(SCOPE, { env }).read('a')).toBeUndefined();
    const version = await world.open(SCOPE, { env }).write('a', 'text', undefined);
    expect(await world.open().read('a')).toEqual({ text: 'text', version });
    expect(existsSync(env.GIT_INDEX_FILE)).toBe(false);
  });
});

const withHttp = async (options: HttpServerOptions, use: (world: GitWorld, url: string) => Promise<void>) => {
  const world = makeWorld();
  const server = await startHttpServer(world.folder, options);
  const url = `${server.url}/remote.git`;
  world.git(world.root, 'remote', 'set-url', 'origin', url);
  try {
    await use(world, url);
  } finally {
    await server.close();
  }
};

test('what a killed process left in the folder for temporary files is removed after a day', async () => {
  const [old, recent] = ['limio-git-old', 'limio-git-recent'].map((name) => join(temporary, name));
  for (const path of [old, recent]) mkdirSync(path ?? '');
  const before = Date.now() / 1000 - 90_000;
  utimesSync(old ?? '', before, before);
  await makeWorld().open().list();
  expect([old, recent].map((path) => existsSync(path ?? ''))).toEqual([false, true]);
});

describe('the git store over a network', () => {
  test.each<[string, (folder: string) => Promise<GitServer>]>([
    ['git daemon', startDaemon],
    ['git http-backend', startHttpServer],
  ])('compares, swaps, amends and lists: %s', async (_, start) => {
    const world = makeWorld();
    const server = await start(world.folder);
    try {
      for (const name of ['clone', 'other'])
        world.git(
          name === 'clone' ? world.root : world.clone(name),
          'remote',
          'set-url',
          'origin',
          `${server.url}/remote.git`,
        );
      const here = world.open();
      const there = world.open(SCOPE, { root: join(world.folder, 'other') });
      expect(await here.list()).toEqual([]);
      for (let run = 0; run < 2; run += 1) {
        const note = { subject: `run ${run}`, run: `${run}` };
        const version = await here.write(`runs/${run}`, 'started', undefined, note);
        expect(await there.write(`runs/${run}`, 'other', undefined)).toBeUndefined();
        expect(await there.write(`runs/${run}`, 'done', version, note)).toBeDefined();
      }
      expect(listSubjects(world)).toEqual(['run 1', 'run 0']);
      const listed = await there.list();
      expect(await Promise.all(listed.map(async (entry) => [entry.key, await entry.read()]))).toEqual([
        ['runs/0', 'done'],
        ['runs/1', 'done'],
      ]);
      const racers = [here, there, world.open(), world.open()];
      const versions = await Promise.all(racers.map((store, index) => store.write('lock', `${index}`, undefined)));
      expect(versions.filter((version) => version !== undefined)).toHaveLength(1);
      expect(await here.remove('lock', versions.find((version) => version !== undefined) ?? '')).toBe(true);
      await there.squash();
      expect(listSubjects(world)).toHaveLength(1);
    } finally {
      await server.close();
    }
  });

  // git's HTTP client sends a request again, once, when a connection that it used before breaks.
  test.each(['before', 'after'] as const)(
    'counts a push that is sent again as one: broken %s it was carried out',
    (when) =>
      withHttp({ breakPush: { when, times: 1 } }, async (world) => {
        const version = await world.open().write('a', 'mine', undefined);
        expect(version).toBeDefined();
        expect(await world.open().read('a')).toEqual({ text: 'mine', version });
      }),
  );

  test.each(['before', 'after'] as const)(
    'leaves open what became of a push that broke %s it was carried out',
    (when) =>
      withHttp({ breakPush: { when, times: 2 } }, async (world) => {
        const broken = world.open().write('a', 'mine', undefined);
        await expect(broken).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', details: { ambiguous: true } });
        expect((await world.open().read('a'))?.text).toBe(when === 'after' ? 'mine' : undefined);
      }),
  );

  test.each(['before', 'after'] as const)('swaps over a connection that breaks %s the push was carried out', (when) =>
    withHttp({ breakPush: { when, times: 2 } }, async (world) => {
      const request = { key: 'a', text: 'mine', expected: undefined };
      const version = await swap(world.open(), request, createStillClock());
      expect(await world.open().read('a')).toEqual({ text: 'mine', version });
    }),
  );

  const AUTHORIZATION = `Basic ${Buffer.from('x-access-token:secret-token-123').toString('base64')}`;

  test('sends the header that actions/checkout left, also from a file for this repository only', () =>
    withHttp({ authorization: AUTHORIZATION }, async (world, url) => {
      const file = join(world.folder, 'credentials.config');
      const header = `http.${new URL(url).origin}/.extraheader`;
      world.git(world.root, 'config', '--file', file, header, `AUTHORIZATION: ${AUTHORIZATION}`);
      world.git(world.root, 'config', `includeIf.gitdir:${world.root}/.git.path`, file);
      expect(await world.open().write('a', 'text', undefined)).toBeDefined();
      world.git(world.root, 'config', '--unset-all', `includeIf.gitdir:${world.root}/.git.path`);
      await expect(world.open().read('a')).rejects.toMatchObject({ code: 'STORE_FORBIDDEN' });
      world.git(world.root, 'config', '--global', header, `AUTHORIZATION: ${AUTHORIZATION}`);
      expect(await world.open().read('a')).toMatchObject({ text: 'text' });
    }));

  test('sends the token of a job of GitHub, whatever the checkout left', () => {
    const basic = `basic ${Buffer.from('x-access-token:job-token-456').toString('base64')}`;
    return withHttp({ authorization: basic }, async (world, url) => {
      const { origin } = new URL(url);
      const inJob = { env: addJobToken({ ...world.env, GITHUB_TOKEN: 'job-token-456', GITHUB_SERVER_URL: origin }) };
      expect(await world.open(SCOPE, inJob).write('a', 'text', undefined)).toBeDefined();
      world.git(world.root, 'config', `http.${origin}/.extraheader`, 'AUTHORIZATION: basic b2xkOm9sZA==');
      expect(await world.open(SCOPE, inJob).read('a')).toMatchObject({ text: 'text' });
      await expect(world.open().read('a')).rejects.toMatchObject({ code: 'STORE_FORBIDDEN' });
    });
  });

  test('asks the credential helper of the repository, and never a person', () =>
    withHttp({ authorization: AUTHORIZATION }, async (world) => {
      await expect(world.open().read('a')).rejects.toMatchObject({
        code: 'STORE_FORBIDDEN',
        hint: expect.stringContaining('git ls-remote origin') as string,
      });
      const helper = '!f() { echo "username=x-access-token"; echo password=secret-token-123; }; f';
      world.git(world.root, 'config', 'credential.helper', helper);
      expect(await world.open().write('a', 'text', undefined)).toBeDefined();
    }));

  test('shows no credentials of the address', () =>
    withHttp({ authorization: 'Basic other' }, async (world, url) => {
      const address = url.replace('://', '://ada:secret-token-123@');
      for (const remote of [address, address.replace('remote.git', 'none.git')]) {
        world.git(world.root, 'remote', 'set-url', 'origin', remote);
        const error: unknown = await world
          .open()
          .write('a', 'text', undefined)
          .catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'STORE_FORBIDDEN' });
        expect(JSON.stringify([error, String(error)])).not.toMatch(/secret-token|ada:/);
      }
    }));

  test('names the right that a login lacks that only reads', () =>
    withHttp({ mayPush: false }, async (world) => {
      expect(await world.open().read('a')).toBeUndefined();
      await expect(world.open().write('a', 'text', undefined)).rejects.toMatchObject({
        code: 'STORE_FORBIDDEN',
        message: expect.stringContaining(`No right to push ${REF} at origin`) as string,
        hint: expect.stringContaining('contents: write') as string,
      });
    }));
});

const fail = async (world: GitWorld, more: Partial<GitStoreInput> = {}) =>
  expect(world.open(SCOPE, more).write('a', 'text', undefined)).rejects;

const refuse = (world: GitWorld, lines: string[]): void => {
  mkdirSync(join(world.bare, 'hooks'), { recursive: true });
  const hook = join(world.bare, 'hooks/pre-receive');
  writeFileSync(hook, ['#!/bin/sh', ...lines.map((line) => `echo "${line}" >&2`), 'exit 1', ''].join('\n'));
  chmodSync(hook, 0o755);
};

describe('an error of the git store says what to do', () => {
  test('when a hook of the host refuses the push', async () => {
    const world = makeWorld();
    refuse(world, ['GitLab: You are not allowed to push code to this project.']);
    await (
      await fail(world)
    ).toMatchObject({
      code: 'STORE_FORBIDDEN',
      message: expect.stringContaining('You are not allowed to push code') as string,
      hint: expect.stringContaining('contents: write') as string,
    });
    expect(await world.open().list()).toEqual([]);
  });

  test('when the host refuses such refs: use branches, which then work', async () => {
    const world = makeWorld();
    world.git(world.bare, 'config', 'receive.hideRefs', 'refs/limio-sync');
    await (
      await fail(world)
    ).toMatchObject({
      code: 'STORE_FORBIDDEN',
      hint: expect.stringContaining("state: { backend: 'git', branch: 'limio-state' }") as string,
    });
    const store = world.open(SCOPE, { branch: 'limio-state' });
    await store.write('a', 'text', undefined);
    expect(listSubjects(world, ['limio-state', ...nameScope(SCOPE)].join('/'))).toEqual(['write a']);
    expect(world.git(world.root, 'for-each-ref', 'refs/remotes/origin/limio-state')).toBe('');
  });

  test('when a branch occupies the beginning of the name', async () => {
    const world = makeWorld();
    await (
      await fail(world, { branch: 'main' })
    ).toMatchObject({ code: 'STORE_FORBIDDEN', hint: expect.stringContaining('state.branch') as string });
  });

  test('when the name of the branch is none', async () => {
    await (
      await fail(makeWorld(), { branch: 'limio..state' })
    ).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('limio..state') as string });
  });

  test('when the remote is missing: the others are named', async () => {
    const world = makeWorld();
    await (
      await fail(world, { remote: 'upstream' })
    ).toMatchObject({ code: 'CONFIG_INVALID', hint: expect.stringContaining("remote: 'origin'") as string });
    world.git(world.root, 'remote', 'remove', 'origin');
    await (
      await fail(world)
    ).toMatchObject({ code: 'CONFIG_INVALID', hint: expect.stringContaining('git remote add origin') as string });
  });

  test('when the folder is in no repository', async () => {
    const world = makeWorld();
    const root = join(world.folder, 'hooks');
    mkdirSync(root);
    await (
      await fail(world, { root })
    ).toMatchObject({ code: 'CONFIG_INVALID', hint: expect.stringContaining('git init') as string });
  });

  test('when the remote repository is gone', async () => {
    const world = makeWorld();
    rmSync(world.bare, { recursive: true });
    await (
      await fail(world)
    ).toMatchObject({ code: 'STORE_FORBIDDEN', hint: expect.stringContaining('git ls-remote origin') as string });
  });

  test('when the host does not answer: the write may be tried again', async () => {
    const world = makeWorld();
    world.git(world.root, 'remote', 'set-url', 'origin', `http://127.0.0.1:${await findFreePort()}/remote.git`);
    await (
      await fail(world)
    ).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/Failed to connect|Connection refused|Couldn't connect/) as string,
      hint: expect.stringContaining('git ls-remote origin') as string,
      details: { ambiguous: true },
    });
  });

  test('when git cannot read its configuration', async () => {
    const world = makeWorld();
    writeFileSync(join(world.folder, '.gitconfig'), '[core\n');
    await expect(world.open().list()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/^git does not start \(fatal: bad config line 1 in file .*\.gitconfig/) as string,
    });
  });

  test('when there is no git, or an old one', async () => {
    const world = makeWorld();
    const programs = join(world.folder, 'programs');
    mkdirSync(programs);
    await (
      await fail(world, { env: { ...world.env, PATH: programs } })
    ).toMatchObject({ code: 'STORE_UNAVAILABLE', hint: expect.stringContaining('git --version') as string });
    writeFileSync(join(programs, 'git'), '#!/bin/sh\necho git version 2.29.9\n');
    chmodSync(join(programs, 'git'), 0o755);
    await (
      await fail(world, { env: { ...world.env, PATH: [programs, world.env['PATH']].join(delimiter) } })
    ).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('2.29.9') as string });
  });
});
