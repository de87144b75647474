import { type DeclareCommand, lockTimeoutOption, parseCount, withCommon, withEnv } from '../shared/options.js';

export const declareState: DeclareCommand = (program, io, exit) => {
  const state = program.command('state').description('Look at, copy and clean up the state that a team shares');

  withEnv(state.command('show', { isDefault: true }))
    .description('Show where runs, snapshots and locks are, and whether they can be read')
    .action(async (options) => {
      const { runStateShow } = await import('./show.js');
      exit(await runStateShow(io, options));
    });

  withEnv(state.command('pull'))
    .description('Copy the shared runs and snapshots to .limio; other commands do this themselves')
    .action(async (options) => {
      const { runStatePull } = await import('./transfer.js');
      exit(await runStatePull(io, options));
    });

  withEnv(state.command('push'))
    .description('Send the runs and snapshots of this checkout that the store lacks; overwrites nothing')
    .addOption(lockTimeoutOption())
    .action(async (options) => {
      const { runStatePush } = await import('./transfer.js');
      exit(await runStatePush(io, options));
    });

  withEnv(state.command('unlock'))
    .description('Remove the lock of a run that certainly ended')
    .argument('<id>', 'id of the lock, from the error LOCKED or from state show')
    .option('--yes', 'skip the confirmation prompt; required without a terminal')
    .action(async (id, options) => {
      const { runStateUnlock } = await import('./maintain.js');
      exit(await runStateUnlock(io, id, options));
    });

  withCommon(state.command('migrate'))
    .description('Copy everything from the store of another configuration to the configured one')
    .requiredOption('--from <config>', 'a limio.config with the old "state"')
    .option('--merge', 'also copy to a store that is not empty; what it has stays')
    .addOption(lockTimeoutOption())
    .action(async (options) => {
      const { runStateMigrate } = await import('./migrate.js');
      exit(await runStateMigrate(io, options));
    });

  withEnv(state.command('prune'))
    .description('Remove old runs, also from the store; unfinished ones stay')
    .option('--keep <count>', 'how many runs of each environment to keep (default: runs.keep, or 20)', parseCount)
    .option('--damaged', 'also remove damaged runs and a damaged snapshot')
    .option('--yes', 'do not ask')
    .addOption(lockTimeoutOption())
    .action(async (options) => {
      const { runStatePrune } = await import('./maintain.js');
      exit(await runStatePrune(io, options));
    });
};
