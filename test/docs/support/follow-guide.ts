import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, parsePatch } from 'diff';
import type { Folder } from '../../end-to-end/support/open-workspace.js';
import { createMask } from './mask-output.js';
import type { GuideCommand, GuideStep, ShownFile } from './parse-guide.js';

/** One environment of the guide. */
export interface GuideEnvironment {
  /** As `limio.config.ts` has it. */
  tenant: string;
  /** The emulator in its place. */
  url: string;
  /** What people do in its web app, by the names that the page uses. */
  edits: Readonly<Record<string, unknown>>;
}

export interface FollowedCommand {
  command: GuideCommand | ShownFile;
  /** What it printed, stderr after stdout, masked. */
  printed: string;
}

const CONFIG = 'limio.config.ts';

/**
 * Does what a reader of the guide does, step by step, in an empty repository, and adds each command to `followed`.
 * @throws when a patch does not fit, or a command is none that the guide can run.
 */
export async function followGuide(steps: readonly GuideStep[], folder: Folder, environments: Readonly<Record<string, GuideEnvironment>>, followed: FollowedCommand[]): Promise<void> {
  const mask = createMask(new Map(Object.values(environments).map(({ tenant, url }) => [new URL(url).host, `${tenant}.prod.limio.com`])));
  let exitCode: number | null = 0;
  for (const step of steps) {
    if (step.kind === 'file') folder.write(step.path, step.text);
    else if (step.kind === 'patch') patchFiles(folder, step.text);
    else if (step.kind === 'app') editTenant(environments, step);
    else if (step.kind === 'shown') followed.push({ command: step, printed: readFileSync(join(folder.root, step.path), 'utf8') });
    else if (step.kind === 'command' && step.line === 'echo $?') followed.push({ command: step, printed: `${exitCode}\n` });
    else if (step.kind === 'command') {
      const { stdout, stderr, exitCode: code } = await folder.run(splitCommand(step.line));
      exitCode = code;
      followed.push({ command: step, printed: mask(`${stdout}${stderr}`) });
      leadToEmulators(folder, environments);
    }
  }
}

function patchFiles({ root }: Folder, text: string): void {
  for (const patch of parsePatch(text)) {
    const path = join(root, (patch.newFileName ?? '').replace(/^b\//, ''));
    const patched = applyPatch(readFileSync(path, 'utf8'), patch);
    if (patched === false) throw new Error(`The change of the page does not fit ${patch.newFileName}, which is:\n${readFileSync(path, 'utf8')}`);
    writeFileSync(path, patched);
  }
}

function editTenant(environments: Readonly<Record<string, GuideEnvironment>>, { environment, edit, args }: Extract<GuideStep, { kind: 'app' }>): void {
  const call = environments[environment]?.edits[edit];
  if (typeof call !== 'function') throw new Error(`Nobody knows how to do "${edit}" in the web app of ${environment}.`);
  call(...args);
}

/** The line after `limio-sync`, split as a shell does; the guide uses quotes and no other feature of it. */
function splitCommand(line: string): string[] {
  const [program, ...args] = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
  if (program !== 'limio-sync') throw new Error(`The guide cannot run: ${line}`);
  return args;
}

/** The reader's tenants are hosts of Limio; here emulators stand in for them. */
function leadToEmulators({ root, write }: Folder, environments: Readonly<Record<string, GuideEnvironment>>): void {
  const before = readFileSync(join(root, CONFIG), 'utf8');
  const after = Object.values(environments).reduce(
    (text, { tenant, url }) => text.replace(`tenant: "${tenant}",\n      region: "eu",`, `url: "${url}",`),
    before,
  );
  if (after !== before) write(CONFIG, after);
}
