import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInProcess } from '../../cli/support/run-in-process.js';
import { CREDENTIALS, type Folder } from '../../end-to-end/support/open-workspace.js';
import { findLeaks } from '../../support/find-leaks.js';
import { createMask } from './mask-output.js';
import type { GuideCommand, GuideStep, ShownFile } from './parse-guide.js';

/** One environment of the guide. */
export interface GuideEnvironment {
  /** As in `limio.config.ts`. */
  tenant: string;
  /** The emulator that replaces it. */
  url: string;
  /** Edits in its web app, by the names that the page uses. */
  edits: Readonly<Record<string, unknown>>;
}

export interface FollowedCommand {
  command: GuideCommand | ShownFile;
  /** Its output, masked. */
  printed: string;
}

const CONFIG = 'limio.config.ts';

/**
 * Follows the guide step by step in an empty repository, and adds each command to `followed`.
 * @throws if a patch does not apply, or the guide cannot run a command.
 */
export async function followGuide(
  steps: readonly GuideStep[],
  folder: Folder,
  environments: Readonly<Record<string, GuideEnvironment>>,
  followed: FollowedCommand[],
): Promise<void> {
  const mask = createMask(
    new Map(Object.values(environments).map(({ tenant, url }) => [new URL(url).host, `${tenant}.prod.limio.com`])),
  );
  let exitCode: number | null = 0;
  for (const step of steps) {
    if (step.kind === 'file') folder.write(step.path, step.text);
    else if (step.kind === 'patch') patchFile(folder, step.text);
    else if (step.kind === 'app') editTenant(environments, step);
    else if (step.kind === 'shown')
      followed.push({ command: step, printed: readFileSync(join(folder.root, step.path), 'utf8') });
    else if (step.kind === 'command' && step.line === 'echo $?')
      followed.push({ command: step, printed: `${exitCode}\n` });
    else if (step.kind === 'command') {
      const env = nameCredentials(Object.keys(environments));
      const { stdout, exitCode: code } = await runInProcess(splitCommand(step.line), {
        cwd: folder.root,
        env,
        isJoined: true,
      });
      if (findLeaks(stdout, env).length > 0) throw new Error(`${step.line} prints a secret`);
      exitCode = code;
      followed.push({ command: step, printed: mask(stdout) });
      leadToEmulators(folder, environments);
    }
  }
}

/** The variables that the guide sets, with the credentials of the emulators. */
function nameCredentials(environments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    environments.flatMap((name) =>
      Object.entries(CREDENTIALS).map(([key, value]) => [key.replace('LIMIO', `LIMIO_${name.toUpperCase()}`), value]),
    ),
  );
}

/** Applies the hunks of one file. They need no line numbers: the old lines of each must occur exactly once. */
function patchFile({ root, write }: Folder, text: string): void {
  const [head = '', ...hunks] = text.split(/^@@.*\n/m);
  const path = /^\+\+\+ b\/(.+)$/m.exec(head)?.[1] ?? '';
  const patched = hunks.reduce(
    (file, hunk) => {
      const lines = hunk.split('\n').slice(0, -1);
      const side = (mark: '-' | '+'): string =>
        lines
          .filter((line) => line.startsWith(' ') || line.startsWith(mark))
          .map((line) => `${line.slice(1)}\n`)
          .join('');
      const [before, after, ...more] = file.split(side('-'));
      if (before === undefined || after === undefined || more.length > 0)
        throw new Error(`The patch of the page does not apply to ${path}, which is:\n${file}`);
      return `${before}${side('+')}${after}`;
    },
    readFileSync(join(root, path), 'utf8'),
  );
  write(path, patched);
}

function editTenant(
  environments: Readonly<Record<string, GuideEnvironment>>,
  { environment, edit, args }: Extract<GuideStep, { kind: 'app' }>,
): void {
  const call = environments[environment]?.edits[edit];
  if (typeof call !== 'function') throw new Error(`There is no edit "${edit}" for the web app of ${environment}.`);
  call(...args);
}

/** Splits the arguments after `limio-sync` as a shell does; the guide uses only quotes. */
function splitCommand(line: string): string[] {
  const [program, ...args] = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
  if (program !== 'limio-sync') throw new Error(`The guide cannot run: ${line}`);
  return args;
}

/** Replaces the tenants of the configuration with emulators. */
function leadToEmulators({ root, write }: Folder, environments: Readonly<Record<string, GuideEnvironment>>): void {
  const before = readFileSync(join(root, CONFIG), 'utf8');
  const after = Object.values(environments).reduce(
    (text, { tenant, url }) => text.replace(`tenant: "${tenant}",\n      region: "eu",`, `url: "${url}",`),
    before,
  );
  if (after !== before) write(CONFIG, after);
}
