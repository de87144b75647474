import { Option } from '@commander-js/extra-typings';
import { type DeclareCommand, addTo, withTenant } from '../shared/options.js';

export const declarePull: DeclareCommand = (program, io, exit) => {
  withTenant(program.command('pull'))
    .description('Update the files from the tenant (never writes to the tenant)')
    .argument('[selectors...]', 'addresses of declared objects, as patterns: * ? [a-z] {a,b} !x (default: all)')
    .option('--adopt <pattern>', 'create files for undeclared objects with these addresses (repeatable)', addTo, [])
    .option('--dry-run', 'show the changes to files without writing them')
    .addOption(
      new Option(
        '--into <layer>',
        'overlay: write differences to the overlays of this environment and new files for it alone; ' +
          'files that other environments read stay unchanged',
      )
        .choices(['base', 'overlay'] as const)
        .default('base' as const),
    )
    .action(async (selectors, options) => {
      const { runPull } = await import('./pull.js');
      exit(await runPull(io, selectors, options));
    });
};
