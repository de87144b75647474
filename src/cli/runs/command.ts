import { type DeclareCommand, withEnv } from '../shared/options.js';

export const declareRuns: DeclareCommand = (program, io, exit) => {
  const runs = program.command('runs').description('Show past applies, rollbacks and publishes of this checkout');

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
};
