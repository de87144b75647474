import { type DeclareCommand, withConsents, withTenant } from '../shared/options.js';

export const declareRestore: DeclareCommand = (program, io, exit) => {
  withConsents(withTenant(program.command('restore')))
    .description('Bring objects back to how they were at a time: show a plan made from the journals, then apply it')
    .argument('[selectors...]', "only these addresses, as patterns: 'offer:/offers2/*' (docs/patterns.md)")
    .requiredOption('--at <point>', 'date or time (2026-11-22T17:45:00Z), run, or commit that was applied')
    .action(async (selectors, options) => {
      const { runRestore } = await import('./restore.js');
      exit(await runRestore(io, selectors, options));
    });
};
