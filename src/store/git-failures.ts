import { LimioError, type LimioErrorInput } from '../errors/errors.js';
import type { GitAnswer } from './git-repository.js';

/** What the failures of git mean, and what to do about them. git runs in the locale C, so its texts are known. */

export interface GitTarget {
  remote: string;
  ref: string;
  /** Beginning of the ref, where it is a branch. */
  branch: string | undefined;
  /** `<ref> at <remote>` */
  place: string;
}

/** `--no-write-fetch-head` came with 2.29; Debian 11 has 2.30. */
const OLDEST_GIT = [2, 30] as const;

/** @throws LimioError STORE_UNAVAILABLE for a git that is too old */
export function checkVersion({ status, stdout, stderr }: GitAnswer): void {
  const printed = stdout.toString();
  // Also for a configuration that git cannot read.
  if (status !== 0) throw describeFailedStart(stderr);
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(printed) ?? []).slice(1).map(Number);
  if (major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1])) return;
  throw new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `The git backend of \`state\` requires git ${OLDEST_GIT.join('.')} or newer; this is ${printed.trim()}.`,
    hint: 'Install a newer git (https://git-scm.com/downloads), then check it: git --version',
  });
}

function describeFailedStart(stderr: string): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `git does not start (${stderr.trim().split('\n')[0] || 'no reason given'}).`,
    hint: 'Fix what it names, then check it: git --version',
  });
}

export function describeNoGit(error: Error): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `Cannot run git (${error.message}); the git backend of \`state\` requires it.`,
    hint: `Install git ${OLDEST_GIT.join('.')} or newer, then check it: git --version`,
    cause: error,
  });
}

/** @throws LimioError for what `git rev-parse` said about a folder that it does not read as a repository */
export function describeNoRepository(root: string, stderr: string): LimioError {
  if (/dubious ownership|unsafe repository/.test(stderr))
    return new LimioError({
      code: 'STORE_FORBIDDEN',
      message: `git does not use the repository in ${root}, because another user owns it.`,
      hint: `If you trust it: git config --global --add safe.directory ${root}`,
    });
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `\`state.backend\` is git, but ${root} is not in a git repository.`,
    hint: "Clone the repository with git, or start one: git init. Without git: `state: { backend: 'folder' }`",
  });
}

/** @throws LimioError CONFIG_INVALID when the repository lacks the remote */
export function checkRemote(remote: string, names: readonly string[]): void {
  if (names.includes(remote)) return;
  const add = `git remote add ${remote} <address>`;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `\`state.backend\` is git, but this repository has no remote ${remote}.`,
    hint:
      names.length === 0
        ? `Add it: ${add}`
        : `It has ${names.join(', ')}: set \`state: { backend: 'git', remote: '${names[0]}' }\`, or add one: ${add}`,
  });
}

export function describeBadBranch(branch: string): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `\`state.branch\` is ${JSON.stringify(branch)}, which git does not accept in the name of a branch.`,
    hint: "Set another one: `state: { backend: 'git', branch: 'limio-state' }`",
  });
}

export function describeLocalFailure(stderr: string): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `git cannot read what it fetched (${stderr.trim() || 'no reason given'}).`,
    hint: 'Check that the folder for temporary files has space left, then run the command again.',
  });
}

type Redact = (text: string) => string;
type Explain = (target: GitTarget, said: string) => Pick<LimioErrorInput, 'code' | 'message' | 'hint'>;

const USE_BRANCH = "use branches: `state: { backend: 'git', branch: 'limio-state' }`";

const explainNoRight: Explain = ({ remote, place, branch }, said) => ({
  code: 'STORE_FORBIDDEN',
  message: `No right to push ${place} (${said}).`,
  hint:
    'In GitHub Actions, give the job `permissions: contents: write`; elsewhere, use a login that may push to ' +
    `${remote}. ` +
    `${branch === undefined ? `If the host refuses such refs, ${USE_BRANCH}` : `Let it push to ${branch}/*`}. ` +
    'Then check it: limio-sync state show',
});

function either(...patterns: RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}

/** The first one that matches counts. */
const CAUSES: readonly { pattern: RegExp; explain: Explain }[] = [
  {
    pattern: /exists; cannot create/,
    explain: ({ place, branch }, said) => ({
      code: 'STORE_FORBIDDEN',
      message: `Cannot create ${place} (${said}).`,
      hint:
        'A branch of the host occupies the beginning of that name. Set another `state.branch`, ' +
        `such as '${branch ?? 'limio'}-store'.`,
    }),
  },
  {
    pattern: /hidden ref|funny ref|invalid ref|bad ref|not a valid ref|prohibited/i,
    explain: ({ place, branch }, said) => ({
      code: 'STORE_FORBIDDEN',
      message: `The host refuses ${place} (${said}).`,
      hint:
        branch === undefined
          ? `Instead ${USE_BRANCH}`
          : 'Set another `state.branch`, such as `limio-state`, and check the rules of the host for branches.',
    }),
  },
  {
    pattern: /non-fast-forward/,
    explain: ({ place }, said) => ({
      code: 'STORE_FORBIDDEN',
      message: `The host keeps the history of ${place} (${said}).`,
      hint: 'To prune it, allow force pushes to this ref for as long as it takes.',
    }),
  },
  {
    pattern: either(
      /\b403\b|not allowed to|permission to .* denied|permission denied to|insufficient permission|unpacker error/,
      /protected|hook declined|write access|read[- ]only|service not enabled|GH0\d\d|TF4\d+/,
    ),
    explain: explainNoRight,
  },
  {
    pattern: /repository .*not found|does not appear to be a git repository|not exported|\b404\b/i,
    explain: ({ remote }, said) => ({
      code: 'STORE_FORBIDDEN',
      message: `The remote ${remote} does not exist, or this login may not see it (${said}).`,
      hint: `Check the address and the login: git ls-remote ${remote}`,
    }),
  },
  {
    pattern: either(
      /could not read (?:username|password)|prompts disabled|authentication failed|invalid credentials|\b401\b/,
      /permission denied|access denied|host key verification/,
    ),
    explain: ({ remote }, said) => ({
      code: 'STORE_FORBIDDEN',
      message: `The remote ${remote} refuses the login (${said}).`,
      hint:
        'limio-sync never asks for passwords. Set up a credential helper or an SSH key, then check it: ' +
        `git ls-remote ${remote}`,
    }),
  },
];

/** These name the host, whose name may be anything. */
const UNREACHABLE = either(
  /could not resolve|failed to connect|couldn't connect|did not end/,
  /connection (?:refused|reset|timed out)/,
);

/** A refusal of the host, which carried nothing out. */
export function describeRefusal(target: GitTarget, redact: Redact, said: string): LimioError {
  const cause = CAUSES.find(({ pattern }) => pattern.test(said));
  const sentence = redact(quote(said, cause?.pattern));
  return new LimioError((cause?.explain ?? explainNoRight)(target, sentence));
}

/** A call that did not end well. `isWriting`: whether it may have been carried out is for the caller to find out. */
export function describeFailure(target: GitTarget, redact: Redact, stderr: string, isWriting: boolean): LimioError {
  if (!UNREACHABLE.test(stderr) && CAUSES.some(({ pattern }) => pattern.test(stderr)))
    return describeRefusal(target, redact, stderr);
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `Cannot reach ${target.place} (${redact(quote(stderr))}).`,
    hint: `Check the network and the address, then run the command again: git ls-remote ${target.remote}`,
    details: { ambiguous: isWriting },
  });
}

/** The line that says most, without what git puts around it. */
function quote(said: string, pattern?: RegExp): string {
  const lines = said.split('\n').map((line) =>
    line
      .replace(/^(?:(?:remote|fatal|error|ssh): *)+/i, '')
      .replace(/^unable to access '[^']*': /, '')
      .trim()
      .replace(/\.$/, ''),
  );
  const telling = lines.filter(
    (line) =>
      line !== '' && !/^(?:warning:|hint:|Could not read from remote|Please make sure|and the repository)/.test(line),
  );
  const line = telling.find((candidate) => pattern?.test(candidate)) ?? telling[0] ?? 'git gave no reason';
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
