import { type DeclareCommand, addTo, formatOption, parseCount, timeoutOption, withBasics } from '../shared/options.js';

export const declareLint: DeclareCommand = (program, io, exit) => {
  withBasics(program.command('lint'))
    .description('Find likely mistakes in the files (offline; --live also checks the tenant)')
    .option('--env <name>', 'only this environment (default: LIMIO_ENV, or all environments)')
    .option('--rule <id...>', 'only these rules (repeatable)', addTo)
    .option('--max-warnings <number>', 'fail when there are more warnings than this', parseCount)
    .option('--fix', 'apply fixes that cannot change the meaning of a file')
    .option('--live', 'also run rules that need the pages and the catalog of the tenant (read-only)')
    .addOption(timeoutOption('with --live: '))
    .option('--list', 'list all rules')
    .addOption(formatOption(['text', 'json', 'sarif', 'github']))
    .action(async (options) => {
      const { runLintCommand } = await import('./lint.js');
      exit(await runLintCommand(io, options));
    });
};
