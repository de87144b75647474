import { type DeclareCommand, withCommon } from '../shared/options.js';

export const declareEnvs: DeclareCommand = (program, io, exit) => {
  withCommon(program.command('envs'))
    .description('List the environments of the configuration (needs no credentials)')
    .argument('[names...]', 'only these environments')
    .option('--matrix', 'print one line of JSON for the matrix of a GitHub workflow')
    .action(async (names, options) => {
      const { runEnvs } = await import('./envs.js');
      exit(await runEnvs(io, names, options));
    });
};
