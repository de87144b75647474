import { type DeclareCommand, formatOption, withBasics, withEnv } from '../shared/options.js';

export const declareRuns: DeclareCommand = (program, io, exit) => {
  const runs = program
    .command('runs')
    .description('Show past applies, rollbacks and publishes, of all machines that share a store');

  withEnv(runs.command('list', { isDefault: true }))
    .description('List runs, oldest first')
    .action(async (options) => {
      const { runRunsList } = await import('./runs.js');
      exit(await runRunsList(io, options));
    });

  withEnv(runs.command('show'))
    .description('Show one run in detail')
    .argument('<run>', 'run from `limio-sync runs`, or last')
    .action(async (run, options) => {
      const { runRunsShow } = await import('./runs.js');
      exit(await runRunsShow(io, run, options));
    });

  withBasics(runs.command('export'))
    .description('Export all runs for auditors: who, when, which commit, with which result')
    .option('--env <name>', 'only runs of this environment')
    .addOption(formatOption(['jsonl', 'csv']))
    .action(async (options) => {
      const { runRunsExport } = await import('./runs.js');
      exit(await runRunsExport(io, options));
    });
};
