import { type DeclareCommand, withPlans } from '../shared/options.js';

export const declareCi: DeclareCommand = (program, io, exit) => {
  const ci = program
    .command('ci')
    .description('Report plans in CI: one comment for each environment, updated in place');

  withPlans(ci.command('github'))
    .description('Comment on the pull request, write step summary and outputs, annotate invalid files')
    .option('--issue', 'instead of a comment, keep an issue open while the files differ from the tenant')
    .option('--no-comment', 'write only the step summary and the outputs')
    .action(async (options) => {
      const { runCiGithub } = await import('./github.js');
      exit(await runCiGithub(io, options));
    });

  withPlans(ci.command('gitlab'))
    .description('Comment on the merge request')
    .action(async (options) => {
      const { runCiGitlab } = await import('./gitlab.js');
      exit(await runCiGitlab(io, options));
    });
};
