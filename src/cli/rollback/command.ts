import { type DeclareCommand, withConsents, withTenant } from '../shared/options.js';

export const declareRollback: DeclareCommand = (program, io, exit) => {
  withConsents(withTenant(program.command('rollback')))
    .description('Undo a run: show a plan that restores the previous values, then apply it')
    .argument('<run>', 'run from `limio-sync runs`, or last')
    .action(async (run, options) => {
      const { runRollback } = await import('./rollback.js');
      exit(await runRollback(io, run, options));
    });
};
