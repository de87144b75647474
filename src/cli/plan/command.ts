import {
  type DeclareCommand,
  formatOption,
  maxBytesOption,
  refreshOption,
  unfoldOption,
  withEnvironments,
} from '../shared/options.js';

export const declarePlan: DeclareCommand = (program, io, exit) => {
  withEnvironments(program.command('plan'))
    .description('Show what apply would change (read-only)')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .option('--out <file>', 'save the plan for show and apply')
    .option('--report <file...>', 'also write the plan as .txt, .md, .html or .json (repeatable)')
    .addOption(unfoldOption())
    .addOption(refreshOption())
    .addOption(maxBytesOption())
    .addOption(formatOption(['text', 'json']))
    .action(async (options) => {
      const { runPlan } = await import('./plan.js');
      exit(await runPlan(io, options));
    });
};
