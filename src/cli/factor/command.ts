import { type DeclareCommand, withCommon } from '../shared/options.js';

export const declareFactor: DeclareCommand = (program, io, exit) => {
  withCommon(program.command('factor'))
    .description('Turn similar resources into one template and a table (offline; proves that nothing changes)')
    .argument('<selectors...>', 'addresses of declared resources of one kind, as patterns: * ? [a-z] {a,b} !x')
    .requiredOption('--into <file>', 'new file for the template')
    .option('--table <file>', 'new CSV file for the rows (default: beside the template, with its name)')
    .option('--split <column>', 'make a template for each value of this column')
    .option('--dry-run', 'print the new files without writing them')
    .action(async (selectors, options) => {
      const { runFactor } = await import('./factor.js');
      exit(await runFactor(io, selectors, options));
    });
};
