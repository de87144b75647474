import { type DeclareCommand, maxBytesOption, unfoldOption, withCommon } from '../shared/options.js';

export const declareShow: DeclareCommand = (program, io, exit) => {
  withCommon(program.command('show'))
    .description('Show a saved plan, or one change of it with its values in full (offline)')
    .argument('<plan>', 'saved plan from plan --out')
    .argument('[address]', 'address of one change, kind:name')
    .option('--report <file...>', 'also write it as .txt, .md, .html or .json (repeatable)')
    .addOption(unfoldOption())
    .addOption(maxBytesOption())
    .action(async (file, address, options) => {
      const { runShow } = await import('./show.js');
      exit(await runShow(io, file, address, options));
    });
};
