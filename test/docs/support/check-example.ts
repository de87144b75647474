import type { Problem } from '../../../src/model/problem.js';
import { renderProblems } from '../../../src/render/problems.js';
import { parseJourneyTests } from '../../../src/source/parse-journey-tests.js';
import { type SourceContext, validateSources } from '../../../src/source/validate-sources.js';

/** The environment that the examples of the pages are written for. */
export const EXAMPLE_CONTEXT: SourceContext = {
  environments: [{ name: 'sandbox', vars: { shopDomain: 'acme-sandbox-shop.prod.limio.com', price: '12.99', stock: 500 } }],
};

const FILE = 'example.yaml';

export interface CheckedExample {
  problems: Problem[];
  /** What `validate` prints for the file, its last line aside. */
  printed: string;
}

/** Runs an example through everything that `validate` does with a file. */
export function checkExample(text: string, context: SourceContext = EXAMPLE_CONTEXT): CheckedExample {
  const sources = [{ path: FILE, text }];
  const { problems } = /^kind: journey_test$/m.test(text) ? parseJourneyTests(sources, context) : validateSources(sources, context);
  return { problems, printed: renderProblems(problems, new Map([[FILE, text]])).replace(/\n*$/, '\n') };
}

/** What the files of overlays are merged over in the examples. */
export const OVERLAY_BASE = 'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  badge_text__limio: New\n';

/** The same for overlays, by their paths, over one offer. */
export function checkOverlay(overlays: Readonly<Record<string, string>>): CheckedExample {
  const sources = [
    { path: 'catalog/digital-monthly.yaml', text: OVERLAY_BASE },
    ...Object.entries(overlays).map(([path, text]) => ({ path, text, overlay: path.split('/')[1] ?? '' })),
  ];
  const { problems } = validateSources(sources, EXAMPLE_CONTEXT);
  return { problems, printed: renderProblems(problems, new Map(sources.map(({ path, text }) => [path, text]))).replace(/\n*$/, '\n') };
}
