/** Rendering a plan of 5,000 changes, per format: medians. Each must stay under 2 s. */
import { importSource } from '../scripts/ensure-built.mjs';
import { makeLargePlan } from './large-plan.mjs';

const CHANGES = 5000;
const RUNS = 7;
const [{ renderPlanText }, { renderPlanMarkdown }, { renderPlanHtml }, { chooseStyle }] = await importSource(
  'src/render/plan/text.ts',
  'src/render/plan/markdown.ts',
  'src/render/plan/html.ts',
  'src/render/terminal.ts',
);

const plan = makeLargePlan(CHANGES);
const FORMATS = {
  text: () => renderPlanText(plan, { style: chooseStyle(true), width: 120 }),
  json: () => JSON.stringify(plan, null, 2),
  markdown: () => renderPlanMarkdown(plan),
  html: () => renderPlanHtml(plan),
};
for (const [format, render] of Object.entries(FORMATS)) {
  const times = [];
  let bytes = 0;
  for (let i = 0; i < RUNS; i += 1) {
    const start = performance.now();
    bytes = Buffer.byteLength(render());
    times.push(performance.now() - start);
  }
  console.log(
    `${format.padEnd(8)} of ${CHANGES} changes: ${(median(times) / 1000).toFixed(2)} s, ${(bytes / 1_000_000).toFixed(1)} MB (median of ${RUNS})`,
  );
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
