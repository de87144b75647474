import { type DeclareCommand, refreshOption, unfoldOption, withConsents, withTenant } from '../shared/options.js';

export const declareApply: DeclareCommand = (program, io, exit) => {
  withConsents(withTenant(program.command('apply')))
    .description('Apply the plan: write, verify, publish, verify again')
    .argument('[plan]', 'saved plan from plan --out (default: make a plan now)')
    .addOption(unfoldOption())
    .addOption(refreshOption())
    .option('--fingerprint <hash>', 'run only the plan with this fingerprint')
    .option('--check-files', 'make a new plan; refuse the saved one if it differs')
    .option('--verify-prices', 'run the price tests against the tenant afterwards')
    .option('--no-partner', 'with --verify-prices: skip the partner preview')
    .option('--rebase', 'if objects changed since the plan was saved: make a new plan, compare both, ask again')
    .action(async (file, options) => {
      const { runApply } = await import('./apply.js');
      exit(await runApply(io, file, options));
    });
};
