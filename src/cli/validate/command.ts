import { type DeclareCommand, formatOption, withBasics } from '../shared/options.js';

export const declareValidate: DeclareCommand = (program, io, exit) => {
  withBasics(program.command('validate'))
    .description('Check all files offline and report every problem')
    .addOption(formatOption(['text', 'json', 'junit', 'github']))
    .action(async (options) => {
      const { runValidate } = await import('./validate.js');
      exit(await runValidate(io, options));
    });
};
