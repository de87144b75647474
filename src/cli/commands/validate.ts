import { renderProblems, renderValidationSummary, toValidationReport } from '../../render/problems.js';
import { chooseStyle } from '../../render/style.js';
import { chooseColour } from '../choose-colour.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { loadForValidation } from '../load-project.js';

/** Every problem of every file, for every environment. Problems are the result, so they go to stdout. */
export async function runValidate(io: CliIo, options: CommonOptions): Promise<number> {
  const { files, checked } = await loadForValidation(io, options);
  const { problems } = checked;
  const facts = { files: files.length, resources: checked.resources.length };
  if (options.format === 'json') {
    io.stdout.write(`${JSON.stringify(toValidationReport(problems, facts), null, 2)}\n`);
  } else {
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    const frames = renderProblems(problems, texts, chooseStyle(chooseColour(io.stdout, io.env, options.color)));
    io.stdout.write(`${frames === '' ? '' : `${frames.trimEnd()}\n\n`}${renderValidationSummary(problems, facts)}\n`);
  }
  return problems.some(({ severity }) => severity === 'error') ? 3 : 0;
}
