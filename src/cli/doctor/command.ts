import { type DeclareCommand, addTo, lockTimeoutOption, withTenant } from '../shared/options.js';

export const declareDoctor: DeclareCommand = (program, io, exit) => {
  withTenant(program.command('doctor'))
    .description('Check a tenant and the connection to it (read-only without --learn)')
    .option('--learn', 'learn how the tenant handles writes: change test objects, then restore them')
    .option(
      '--learn-journeys <name>',
      'learn how the tenant stores conditions and destinations; describes the journey to build, then reads it',
    )
    .option('--canary <address>', 'with --learn: test object; an offer, a journey and a promo code', addTo, [])
    .addOption(lockTimeoutOption('with --learn: '))
    .option('--yes', 'with --learn: skip the confirmation prompt; required without a terminal')
    .action(async (options) => {
      const { runDoctor } = await import('./doctor.js');
      exit(await runDoctor(io, options));
    });
};
