import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts, Help, type Option } from '@commander-js/extra-typings';
import { LimioError } from '../errors/errors.js';
import { suggestNearest } from '../model/spelling.js';
import { formatCommand } from '../model/text.js';
import { joinWords } from '../model/words.js';
import { declareApi } from './api/command.js';
import { declareApply } from './apply/command.js';
import { declareCi } from './ci/command.js';
import { declareDoctor } from './doctor/command.js';
import { declareDrift } from './drift/command.js';
import { declareEmulator } from './emulator/command.js';
import { declareEnvs } from './envs/command.js';
import { declareExplain } from './explain/command.js';
import { declareFactor } from './factor/command.js';
import { declareInit } from './init/command.js';
import { declareJourneys } from './journeys/command.js';
import { declareLint } from './lint/command.js';
import { declareNew } from './new/command.js';
import { declarePlan } from './plan/command.js';
import { declarePromote } from './promote/command.js';
import { declarePublish } from './publish/command.js';
import { declarePull } from './pull/command.js';
import { declareRestore } from './restore/command.js';
import { declareRollback } from './rollback/command.js';
import { declareRuns } from './runs/command.js';
import { isLikeAddress, refuseAddress, refuseUsage } from './shared/error-report.js';
import { type CliIo, readToolVersion } from './shared/io.js';
import { addTo, type DeclareCommand } from './shared/options.js';
import { declareShow } from './show/command.js';
import { declareState } from './state/command.js';
import { declareTest } from './test/command.js';
import { declareValidate } from './validate/command.js';

export const HELP_HINT = 'See limio-sync --help, or limio-sync <command> --help';

/** Every command, in the order of --help. Each has a folder: command.ts declares it, the other files run it. */
const COMMANDS: readonly DeclareCommand[] = [
  // Begin
  declareInit,
  declareDoctor,
  declarePull,
  declareFactor,
  declareNew,
  // Inspect, offline
  declareValidate,
  declareLint,
  declareTest,
  declareJourneys,
  declareExplain,
  declareEnvs,
  // Change a tenant
  declarePlan,
  declareShow,
  declareApply,
  declarePublish,
  declareRuns,
  declareRollback,
  declareRestore,
  declareState,
  // Between environments and people
  declareDrift,
  declarePromote,
  declareCi,
  declareApi,
  declareEmulator,
];

/**
 * The command line. Declarations load eagerly and are small; each imports its action only when it runs.
 * Unknown options and extra arguments are errors: a misspelt guard must not be ignored.
 */
export function createProgram(terminal: CliIo, exit: (code: number) => void): Command {
  const io = { ...terminal };
  const program = new Command('limio-sync')
    .description('Configuration as code for Limio: YAML in a repository becomes the live state of a tenant.')
    .version(readToolVersion(), '-V, --version')
    .showSuggestionAfterError()
    // refuseExtra says more than Commander, which only counts them.
    .allowExcessArguments()
    .exitOverride()
    // An option that may be repeated begins as an empty list, which tells a reader nothing.
    .configureHelp({
      showGlobalOptions: true,
      optionDescription: (option) => new Help().optionDescription(option).replace(' (default: [])', ''),
    })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // The help of a line without a command.
      writeErr: (text) => void io.stderr.write(text),
      // cli.ts prints errors, once.
      outputError: () => undefined,
    });
  program.option('--cwd <folder>', 'run as if started in this folder');
  program.hook('preAction', (_, action) => {
    refuseExtra(action);
    const folder: unknown = program.getOptionValue('cwd');
    if (typeof folder === 'string') Object.assign(io, enterFolder(terminal.cwd, folder));
  });
  program.addHelpText('beforeAll', ({ command }) => requireCommand(command));
  for (const declare of COMMANDS) declare(program, io, exit);
  refuseRepeats(program);
  return program;
}

/** Commander keeps the last of two values: with two --env, the first would be dropped in silence. */
function refuseRepeats(command: CommandUnknownOpts): void {
  for (const option of command.options.filter(takesOneValue)) {
    let first: string | undefined;
    command.on(`option:${option.name()}`, (value: string) => {
      if (first !== undefined) throw refuseSecond(command.name(), option.long ?? option.flags, [first, value]);
      first = value;
    });
  }
  for (const child of command.commands) refuseRepeats(child);
}

function takesOneValue({ required, optional, variadic, parseArg, defaultValue }: Option): boolean {
  return (required || optional) && !variadic && parseArg !== addTo && !Array.isArray(defaultValue);
}

function refuseSecond(command: string, flag: string, values: readonly string[]): LimioError {
  const shown = values.map((value) => `"${value.length > 60 ? `${value.slice(0, 60)}...` : value}"`).join(' and ');
  return new LimioError({
    code: 'USAGE',
    message: `${flag} takes one value and is given twice: ${shown}.`,
    hint:
      flag === '--env'
        ? `${command} works on one environment. Run it once for each: ` +
          [...new Set(values)].map((value) => formatCommand(command, '--env', value)).join(', then ')
        : `Give ${flag} once.`,
  });
}

/** Names what was given too much: mostly an address, or an environment without --env. @throws LimioError USAGE. */
function refuseExtra(action: CommandUnknownOpts): void {
  const { args, registeredArguments, options } = action;
  const extra = args[registeredArguments.length];
  if (extra === undefined || registeredArguments.at(-1)?.variadic) return;
  const name = nameCommand(action);
  const address = args.find(isLikeAddress);
  const refusal = address === undefined ? undefined : refuseAddress(name, address);
  if (refusal) throw refusal;
  const most = registeredArguments.length;
  const given = args.map((arg) => JSON.stringify(arg));
  const hasEnv = options.some(({ long }) => long === '--env');
  throw refuseUsage(
    `too many arguments: ${name} takes ${most === 0 ? 'none' : `at most ${most}`}, but got ${joinWords(given)}.`,
    (hasEnv && /^[\w-]+$/.test(extra) ? `To name an environment: limio-sync ${name} --env ${extra}. ` : '') +
      `All options: limio-sync ${name} --help`,
  );
}

/** `runs show` */
function nameCommand(command: CommandUnknownOpts): string {
  const { parent } = command;
  return parent?.parent ? `${nameCommand(parent)} ${command.name()}` : command.name();
}

/** Like `git -C`: every other path of the line is relative to the folder. @throws LimioError USAGE. */
function enterFolder(from: string, folder: string): Pick<CliIo, 'cwd' | 'terminalFolder'> {
  const cwd = resolve(from, folder);
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return { cwd, terminalFolder: from };
  throw new LimioError({
    code: 'USAGE',
    message: `There is no folder ${folder}.`,
    hint: 'Check the path in --cwd; it is relative to the current folder.',
  });
}

/** Commander prints the help of the parent for a misspelt command. @throws LimioError USAGE. */
function requireCommand({ args, commands }: { args: string[]; commands: readonly { name(): string }[] }): string {
  const [name = ''] = args[0] === 'help' ? args.slice(1) : args;
  const names = commands.map((command) => command.name());
  if (names.length === 0 || name === '' || name.startsWith('-') || names.includes(name)) return '';
  const nearest = suggestNearest(name, names);
  const meant = nearest === undefined ? '' : ` (Did you mean ${nearest}?)`;
  throw new LimioError({ code: 'USAGE', message: `unknown command '${name}'${meant}`, hint: HELP_HINT });
}
