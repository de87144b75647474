import { Command, Option } from '@commander-js/extra-typings';
import { registerApi } from './api/command.js';
import { registerDrift } from './drift/command.js';
import { registerInit } from './init/command.js';
import { registerJourneys } from './journeys/command.js';
import { registerLint } from './lint/command.js';
import { registerPromote } from './promote/command.js';
import type { CliIo } from './shared/io.js';
import {
  addTo,
  parseCount,
  parsePort,
  withBasics,
  withCommon,
  withConsents,
  withEnv,
  withPlans,
  withTenant,
  withYes,
} from './shared/options.js';
import { registerTest } from './test/command.js';
import { readToolVersion } from './tool-version.js';

/**
 * The command line. Actions are loaded only when they run. Unknown options and stray arguments
 * are errors: a misspelt guard must not be ignored.
 */
export function createProgram(io: CliIo, setExitCode: (code: number) => void): Command {
  const program = new Command('limio-sync')
    .description('Configuration as code for Limio: YAML in a repository becomes the live state of a tenant.')
    .version(readToolVersion(), '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // The help of a line without a command.
      writeErr: (text) => void io.stderr.write(text),
      // Errors are printed once, by the one catch.
      outputError: () => undefined,
    });

  registerInit(program, io, setExitCode);

  withBasics(program.command('validate'))
    .description('Check every file, offline: all problems at once')
    .addOption(
      new Option('--format <format>', 'how to print the result')
        .choices(['text', 'json', 'junit', 'github'] as const)
        .default('text' as const),
    )
    .action(async (options) => {
      const { runValidate } = await import('./validate/validate.js');
      setExitCode(await runValidate(io, options));
    });

  registerLint(program, io, setExitCode);

  withTenant(program.command('plan'))
    .description('Show what apply would do to the tenant; reads only')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .option('--out <file>', 'save the plan, for show and apply')
    .option('--report <file...>', 'also write the plan as .txt, .md, .html or .json; may be repeated')
    .option('--max-bytes <number>', 'most bytes of a Markdown report; 65536 unless given', parseCount)
    .action(async (options) => {
      const { runPlan } = await import('./plan/plan.js');
      setExitCode(await runPlan(io, options));
    });

  withTenant(program.command('pull'))
    .description('Bring live state into the files; reads the tenant only')
    .argument('[selectors...]', 'addresses of declared objects, `*` for any text; without it all of them')
    .option('--adopt <pattern>', 'make files for objects that none declares, by address; may be repeated', addTo, [])
    .option('--dry-run', 'show the differences of the files and write nothing')
    .addOption(
      new Option(
        '--into <layer>',
        'overlay: leave what other environments read; differences go to the overlays of this one, new files are for it alone',
      )
        .choices(['base', 'overlay'] as const)
        .default('base' as const),
    )
    .action(async (selectors, options) => {
      const { runPull } = await import('./pull/pull.js');
      setExitCode(await runPull(io, selectors, options));
    });

  withCommon(program.command('show'))
    .description('Show a saved plan, or one change of it, without the network')
    .argument('<plan>', 'a file made by plan --out')
    .argument('[address]', 'kind:name of one change')
    .option('--report <file...>', 'also write it as .txt, .md, .html or .json; may be repeated')
    .option('--max-bytes <number>', 'most bytes of a Markdown report; 65536 unless given', parseCount)
    .action(async (file, address, options) => {
      const { runShow } = await import('./show/show.js');
      setExitCode(await runShow(io, file, address, options));
    });

  withConsents(withTenant(program.command('apply')))
    .description('Make the tenant as the files say: write, read back, publish, prove')
    .argument('[plan]', 'a file made by plan --out, to run exactly that; without it a plan is made now')
    .option('--fingerprint <hash>', 'run only the plan with this fingerprint')
    .option('--check-files', 'refuse a saved plan when the files have changed since')
    .option('--verify-prices', 'afterwards run the tests of prices against the tenant')
    .option('--no-partner', 'with --verify-prices: not through the preview of partners')
    .option('--rebase', 'when objects moved since a saved plan: plan anew, show old against new, ask again')
    .action(async (file, options) => {
      const { runApply } = await import('./apply/apply.js');
      setExitCode(await runApply(io, file, options));
    });

  withConsents(withTenant(program.command('rollback')))
    .description('Take a run back: show the plan of its saved values, then carry it out like any other')
    .argument('<run>', 'a run that `runs` lists, or last')
    .action(async (run, options) => {
      const { runRollback } = await import('./rollback/rollback.js');
      setExitCode(await runRollback(io, run, options));
    });

  withYes(withTenant(program.command('publish')))
    .description('Build and publish pages, and prove them live; changes nothing else')
    .option(
      '--pages <page...>',
      'these pages, by path or route, `*` for any text; without it those whose published copy is older than a declared item',
    )
    .option('--check-shop', 'fetch each route from the storefront and show what it answers')
    .action(async (options) => {
      const { runPublish } = await import('./publish/publish.js');
      setExitCode(await runPublish(io, options));
    });

  withTenant(program.command('doctor'))
    .description('Check a tenant and the way to it; reads only, unless --learn is given')
    .option(
      '--learn',
      'find out how the tenant understands writes: try on objects that nobody needs, and put them back',
    )
    .option(
      '--learn-journeys <name>',
      'learn how the tenant writes conditions and destinations, from a journey that this describes; reads only',
    )
    .option('--canary <address>', 'with --learn: an object to try on; an offer, a journey and a promo code', addTo, [])
    .option('--yes', 'with --learn: do not ask; needed where there is no terminal')
    .action(async (options) => {
      const { chooseDoctor } = await import('./doctor/doctor.js');
      setExitCode(await chooseDoctor(io, options));
    });

  const runs = program.command('runs').description('What applies, rollbacks and publishes of this checkout did');

  withEnv(runs.command('list', { isDefault: true }))
    .description('List them, the oldest first')
    .action(async (options) => {
      const { runRuns } = await import('./runs/runs.js');
      setExitCode(runRuns(io, options));
    });

  withEnv(runs.command('show'))
    .description('Tell one run step by step')
    .argument('<run>', 'the name of a run, or last')
    .action(async (run, options) => {
      const { runRunsShow } = await import('./runs/runs.js');
      setExitCode(runRunsShow(io, run, options));
    });

  withEnv(program.command('explain'))
    .description('Print the table of a kind, or a resource as it will be with file:line of every value')
    .argument('<kind or address>', 'tag, product, add_on, offer, page, promo_code or journey; or kind:name')
    .action(async (subject, options) => {
      const { runExplain } = await import('./explain/explain.js');
      setExitCode(await runExplain(io, subject, options));
    });

  withCommon(program.command('emulator'))
    .description('Run a Limio tenant on this machine, to try the tool or to test a repository')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', parsePort, 4010)
    .option('--seed <path>', 'a folder of JSON files, or one file, to start from')
    .option(
      '--dialect <key=value...>',
      'behave like a tenant with this setting, for example bulkUpdate.wrapper=attributes',
    )
    .option('--latency <ms>', 'answer this much later', parseCount, 0)
    .option('--index-lag <ms>', 'let lists lag this much behind the head', parseCount, 0)
    .option('--page-size-cap <number>', 'give at most this many items a page', parseCount)
    .option('--token-lifetime <seconds>', 'let tokens expire after this long', parseCount)
    .option('--build-ms <ms>', 'let a build take this long', parseCount)
    .addOption(
      new Option('--role <role>', 'what the credentials may do; editors cannot publish').choices([
        'manager',
        'editor',
      ] as const),
    )
    .option('--faults <file|json>', 'let calls go wrong by these rules; docs/emulator.md lists the faults')
    .action(async (options) => {
      const { runEmulator } = await import('./emulator/emulator.js');
      setExitCode(await runEmulator(io, options));
    });

  withCommon(program.command('envs'))
    .description('List the environments of the configuration, without credentials')
    .argument('[names...]', 'only these')
    .option('--matrix', 'one line of JSON for the matrix of a GitHub workflow')
    .action(async (names, options) => {
      const { runEnvs } = await import('./envs/envs.js');
      setExitCode(await runEnvs(io, names, options));
    });

  const ci = program
    .command('ci')
    .description('Report plans inside a CI system: one comment for each environment, updated in place');

  withPlans(ci.command('github'))
    .description('Comment on the pull request, write step summary and outputs, annotate invalid files')
    .option('--issue', 'keep one open issue instead of a comment, as long as files and tenant differ')
    .option('--no-comment', 'write step summary and outputs only')
    .action(async (options) => {
      const { runCiGithub } = await import('./ci/github.js');
      setExitCode(await runCiGithub(io, options));
    });

  withPlans(ci.command('gitlab'))
    .description('Write a note on the merge request')
    .action(async (options) => {
      const { runCiGitlab } = await import('./ci/gitlab.js');
      setExitCode(await runCiGitlab(io, options));
    });

  registerApi(program, io, setExitCode);
  registerDrift(program, io, setExitCode);
  registerTest(program, io, setExitCode);
  registerPromote(program, io, setExitCode);

  registerJourneys(program, io, setExitCode);

  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}
