import { LimioError } from '../errors/errors.js';
import { countThings } from '../model/words.js';
import {
  describeBadBranch,
  describeFailure,
  describeLocalFailure,
  describeRefusal,
  type GitTarget,
} from './git-failures.js';
import { type GitObject, type GitRepository, openGitRepository } from './git-repository.js';
import { nameScope, type StateStore, type StoredEntry, type StoreScope, type WriteNote } from './store.js';

export interface GitStoreInput {
  /** A folder in the user's repository. Nothing in it is changed: no index, work tree, ref or object. */
  root: string;
  remote?: string | undefined;
  /** Beginning of branch names, for a host that refuses other refs. */
  branch?: string | undefined;
  env?: NodeJS.ProcessEnv;
}

/**
 * One ref a scope, on the remote of the repository. Its tree holds the texts, one file a key; its commits are the audit
 * log, one a run. A write is a commit on the head that was read, pushed on the condition that the remote still has that
 * head (`--force-with-lease`); where it has another one, the key is compared again.
 */
export function createGitStore(input: GitStoreInput, scope: StoreScope): Required<StateStore> {
  const { root, remote = 'origin', branch, env = process.env } = input;
  const ref = [branch === undefined ? 'refs/limio-sync' : `refs/heads/${branch}`, ...nameScope(scope)].join('/');
  const target: GitTarget = { remote, ref, branch, place: `${ref} at ${remote}` };
  let opened: Promise<GitRepository> | undefined;
  const open = (): Promise<GitRepository> => {
    opened ??= openGitRepository(root, remote, env)
      .then(async (git) => {
        const { status } = branch === undefined ? { status: 0 } : await git.run(['check-ref-format', ref]);
        if (status === 0) return git;
        throw describeBadBranch(branch ?? '');
      })
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
  /** The head as this store last saw or made it. */
  let known: Head | undefined;
  /** The host takes no commit that drops another one from the history. */
  let isForwardOnly = false;

  const fetch = async (git: GitRepository, isWriting: boolean, name?: string): Promise<Fetched> => {
    known = undefined;
    const fetched = await fetchHead(git, target, isWriting, name);
    known = fetched.head;
    return fetched;
  };

  const change = async (edit: (head: Head) => Edit | undefined): Promise<boolean> => {
    const git = await open();
    const sent = new Set<string>();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      // Often nobody else wrote since; the push finds out. That a key differs is only known after a fetch.
      const recent = attempt === 1 && known ? edit(known) : undefined;
      const head = recent && known ? known : (await fetch(git, true)).head;
      // The connection broke and the HTTP client sent the push once more: what refused it is its own first copy.
      if ([head.commit, ...head.parents].some((commit) => sent.has(commit))) return true;
      const wanted = recent ?? edit(head);
      if (wanted === undefined) return false;
      if (wanted.isSquash && isForwardOnly) throw describeRefusal(target, git.redact, 'non-fast-forward');
      const isRoot = wanted.isSquash === true || (scope.environment === undefined && !isForwardOnly);
      const parents = isRoot ? [] : chooseParents(head, wanted.note.run, isForwardOnly);
      const next = await makeCommit(git, wanted, parents);
      sent.add(next.commit);
      const outcome = await push(git, target, head, next, isForwardOnly);
      if (outcome === 'done') {
        known = next;
        return true;
      }
      known = undefined;
      if (outcome === 'forward-only') isForwardOnly = true;
      else await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 40 * attempt));
    }
    throw new LimioError({
      code: 'STORE_UNAVAILABLE',
      message: `Others changed ${target.place} during each of ${countThings(ATTEMPTS, 'attempt')} to write it.`,
      hint: 'Run the same command again when fewer runs are in progress.',
    });
  };

  // One at a time: two calls of one process must not overtake each other on one head.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act);
    turn = result.catch(() => undefined);
    return result;
  };

  const edit = async (key: string, text: string | undefined, expected: string | undefined, note?: WriteNote) => {
    const git = await open();
    const name = toFileName(key);
    const id = text === undefined ? undefined : git.writeObject('blob', Buffer.from(text));
    const isWritten = await change(({ files }) => {
      if (files.get(name)?.id !== expected) return undefined;
      const edited = new Map(files);
      if (id === undefined) edited.delete(name);
      else edited.set(name, { mode: FILE_MODE, id });
      return { files: edited, note: note ?? { subject: `${id === undefined ? 'remove' : 'write'} ${key}` } };
    });
    return isWritten ? (id ?? expected) : undefined;
  };

  return {
    place: target.place,
    list: () =>
      inTurn(async () => {
        const git = await open();
        return listEntries(git, (await fetch(git, false)).head, target);
      }),
    read: (key) =>
      inTurn(async () => {
        const git = await open();
        const { blob } = await fetch(git, false, toFileName(key));
        return blob && { text: blob.content.toString(), version: blob.id };
      }),
    write: (key, text, expected, note) => inTurn(() => edit(key, text, expected, note)),
    remove: (key, expected, note) => inTurn(async () => (await edit(key, undefined, expected, note)) !== undefined),
    squash: () =>
      inTurn(async () => {
        const note = { subject: 'prune: remove the history' };
        await change(({ commit, files }) => (commit === '' ? undefined : { files, note, isSquash: true }));
      }),
  };
}

/** Each time somebody else was faster; of twenty that write different keys at once, the last one needs twenty. */
const ATTEMPTS = 30;

const FILE_MODE = '100644';

interface TreeEntry {
  mode: string;
  id: string;
}

interface Head {
  /** Empty: the ref does not exist. */
  commit: string;
  parents: string[];
  run?: string | undefined;
  /** By name in the tree; what somebody added by hand stays there. */
  files: ReadonlyMap<string, TreeEntry>;
}

interface Edit {
  files: ReadonlyMap<string, TreeEntry>;
  note: WriteNote;
  isSquash?: boolean;
}

/**
 * One name without folders: `a` and `a/b` may both be keys. What remains are names that every host accepts; `.git` and
 * its spellings (`git~1`) are refused by some.
 */
function toFileName(key: string): string {
  return encodeURIComponent(key).replaceAll(/^\.|~/g, (letter) => (letter === '~' ? '%7E' : '%2E'));
}

function toKey(name: string): string | undefined {
  try {
    const key = decodeURIComponent(name);
    return toFileName(key) === name ? key : undefined;
  } catch {
    return undefined;
  }
}

const LOCAL_REF = 'refs/limio/head';

/**
 * Two commits deep, so that the parent of a commit that is replaced is there: a push from a repository without it is
 * refused as `shallow update not allowed`.
 */
const FETCH = (
  'fetch --quiet --depth=2 --no-tags --no-write-fetch-head --refmap= --no-prune --no-recurse-submodules ' +
  '--no-auto-gc --force'
).split(' ');

interface Fetched {
  head: Head;
  /** The file that was asked for. */
  blob?: GitObject | undefined;
}

async function fetchHead(
  git: GitRepository,
  target: GitTarget,
  isWriting: boolean,
  name: string | undefined,
): Promise<Fetched> {
  const { remote, ref } = target;
  const answer = await git.run([...FETCH, remote, `${ref}:${LOCAL_REF}`]);
  if (answer.status !== 0) {
    if (/couldn't find remote ref/i.test(answer.stderr)) return { head: { commit: '', parents: [], files: new Map() } };
    throw describeFailure(target, git.redact, answer.stderr, isWriting);
  }
  const blobName = name === undefined ? [] : [`${LOCAL_REF}:${name}`];
  const [commit, tree, blob] = await git.readObjects([LOCAL_REF, `${LOCAL_REF}^{tree}`, ...blobName]);
  if (!commit || !tree) throw describeLocalFailure(`${ref} is not a commit`);
  const text = commit.content.toString();
  const head = {
    commit: commit.id,
    parents: Array.from(text.split('\n\n', 1)[0]?.matchAll(/^parent (.*)$/gm) ?? [], ([, id]) => id ?? ''),
    run: /^Limio-Run: (.*)$/m.exec(text)?.[1],
    files: parseTree(tree.content, commit.id.length / 2),
  };
  return { head, blob };
}

function parseTree(tree: Buffer, idLength: number): Map<string, TreeEntry> {
  const files = new Map<string, TreeEntry>();
  for (let at = 0; at < tree.length;) {
    const blank = tree.indexOf(' ', at);
    const zero = tree.indexOf(0, blank);
    const next = zero + 1 + idLength;
    files.set(tree.toString('utf8', blank + 1, zero), {
      mode: tree.toString('utf8', at, blank),
      id: tree.toString('hex', zero + 1, next),
    });
    at = next;
  }
  return files;
}

function listEntries(git: GitRepository, { files }: Head, { place }: GitTarget): StoredEntry[] {
  const found = Array.from(files, ([name, { mode, id }]) => ({ key: toKey(name), mode, id }));
  const ids = [...new Set(found.map(({ id }) => id))];
  // All at once, when the first one is read: a process of git for each would take longer.
  let texts: Promise<Map<string, string>> | undefined;
  const readAll = async (): Promise<Map<string, string>> => {
    const objects = await git.readObjects(ids);
    return new Map(objects.flatMap((object) => (object ? [[object.id, object.content.toString()]] : [])));
  };
  return found
    .flatMap(({ key, mode, id }): StoredEntry[] => {
      if (key === undefined || !mode.startsWith('100')) return [];
      const read = async (): Promise<string> => {
        const text = (await (texts ??= readAll())).get(id);
        if (text === undefined)
          throw new LimioError({ code: 'STORE_UNAVAILABLE', message: `${key} is gone from ${place}.` });
        return text;
      };
      return [{ key, version: id, read }];
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** The commits of one run replace each other, so that the history has one for each. */
function chooseParents({ commit, parents, run }: Head, nextRun: string | undefined, isForwardOnly: boolean): string[] {
  if (commit === '') return [];
  return run !== undefined && run === nextRun && !isForwardOnly ? parents : [commit];
}

async function makeCommit(git: GitRepository, { files, note }: Edit, parents: string[]): Promise<Head> {
  const { author, committer } = await git.identify();
  const time = `${Math.floor(Date.now() / 1000)} +0000`;
  const lines = [
    `tree ${git.writeObject('tree', writeTree(files))}`,
    ...parents.map((id) => `parent ${id}`),
    `author ${author} ${time}`,
    `committer ${committer} ${time}`,
    '',
    `${writeMessage(note)}\n`,
  ];
  return { commit: git.writeObject('commit', Buffer.from(lines.join('\n'))), parents, run: note.run, files };
}

/** git sorts by bytes, a folder as if its name ended in `/`. */
function writeTree(files: ReadonlyMap<string, TreeEntry>): Buffer {
  const sortKey = ([name, { mode }]: [string, TreeEntry]): Buffer => Buffer.from(mode === '40000' ? `${name}/` : name);
  const entries = [...files].toSorted((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
  return Buffer.concat(
    entries.flatMap(([name, { mode, id }]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\0]+/g, ' ').trim();
}

function writeMessage({ subject, run, details = {} }: WriteNote): string {
  const lines = Object.entries(details).map(([name, value]) => oneLine(`${name}: ${value}`));
  return [
    [oneLine(subject)],
    ...(lines.length === 0 ? [] : [lines]),
    ...(run === undefined ? [] : [[`Limio-Run: ${oneLine(run)}`]]),
  ]
    .map((paragraph) => paragraph.join('\n'))
    .join('\n\n');
}

const PUSH = 'push --porcelain --no-verify --no-signed --no-follow-tags --recurse-submodules=no'.split(' ');

/** What a server says when two pushes meet. */
const OVERTAKEN = [
  /stale info|fetch first|already exists|incorrect old value|but expected/i,
  /failed to (?:update|lock) ref|cannot lock ref/i,
];

const REFUSED = /^!\t\S+\t\[(?:remote )?rejected\] \((?<reason>.*)\)$/m;

type PushOutcome = 'done' | 'overtaken' | 'forward-only';

async function push(
  git: GitRepository,
  target: GitTarget,
  head: Head,
  next: Head,
  isForwardOnly: boolean,
): Promise<PushOutcome> {
  const { remote, ref } = target;
  const lease = `--force-with-lease=${ref}:${head.commit}`;
  const answer = await git.run([...PUSH, lease, remote, `${next.commit}:${ref}`]);
  if (answer.status === 0) return 'done';
  const reason = REFUSED.exec(answer.stdout.toString())?.groups?.['reason'];
  // Without a clear refusal the push may have arrived.
  if (reason === undefined) throw describeFailure(target, git.redact, answer.stderr, true);
  if (/non-fast-forward/.test(reason))
    return isForwardOnly || next.parents.includes(head.commit) ? 'overtaken' : 'forward-only';
  const said = `${answer.stderr}\n${reason}`;
  if (OVERTAKEN.some((words) => words.test(said)) && !/exists; cannot create/.test(said)) return 'overtaken';
  throw describeRefusal(target, git.redact, said);
}
