import { reportCase, toCaseProblem } from '../../../src/cli/test/journeys.js';
import type { Problem } from '../../../src/model/problem.js';
import { renderProblems } from '../../../src/render/problems.js';
import { compileWorld } from '../../../src/routing/routing.js';
import type { SourceContext, SourceText } from '../../../src/source/documents.js';
import { validateSources } from '../../../src/source/source.js';
import { parseJourneyTests } from '../../../src/source/test-files/journey-tests.js';
import { parsePriceTests } from '../../../src/source/test-files/price-tests.js';

/** The environment of the examples. */
export const EXAMPLE_CONTEXT: SourceContext = {
  environments: [
    { name: 'sandbox', vars: { shopDomain: 'acme-sandbox-shop.prod.limio.com', price: '12.99', stock: 500 } },
  ],
};

const FILE = 'example.yaml';

export interface CheckedExample {
  problems: Problem[];
  /** The output of `validate` for the file, without its last line. */
  printed: string;
}

/** Checks an example as `validate` checks a file. */
export function checkExample(
  text: string,
  context: SourceContext = EXAMPLE_CONTEXT,
  named: readonly SourceText[] = [],
): CheckedExample {
  const sources = [{ path: FILE, text }, ...named];
  const { problems } = parseExample(text, sources, context);
  return { problems, printed: renderProblems(problems, new Map([[FILE, text]])).replace(/\n*$/, '\n') };
}

function parseExample(text: string, sources: SourceText[], context: SourceContext): { problems: Problem[] } {
  if (/^kind: journey_test$/m.test(text)) return parseJourneyTests(sources, context);
  return /^kind: price_test$/m.test(text)
    ? parsePriceTests(sources, context, new Set())
    : validateSources(sources, context);
}

/** The base of the overlays in the examples. */
const OVERLAY_BASE = 'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  badge_text__limio: New\n';

/** The same for overlays by their paths, over {@link OVERLAY_BASE}. */
export function checkOverlay(overlays: Readonly<Record<string, string>>): CheckedExample {
  const sources = [
    { path: 'catalog/digital-monthly.yaml', text: OVERLAY_BASE },
    ...Object.entries(overlays).map(([path, text]) => ({ path, text, overlay: path.split('/')[1] ?? '' })),
  ];
  const { problems } = validateSources(sources, EXAMPLE_CONTEXT);
  return {
    problems,
    printed: renderProblems(problems, new Map(sources.map(({ path, text }) => [path, text]))).replace(/\n*$/, '\n'),
  };
}

/** A failing test of a journey. */
export function checkFailingTest(): CheckedExample {
  const file = 'journeys/geo-landing.test.yaml';
  const text = 'kind: journey_test\ncases:\n  - { visit: /landing/, country: CA, expect: /us/landing/ }\n';
  const branch = {
    conditions: [{ type: 'country', values: ['US'] }],
    actions: [{ type: 'destination', destination: '/us/landing/', split: 100 }],
  };
  const world = compileWorld([
    {
      name: 'geo-landing',
      body: { starting_point: '/landing/', fallback_tag: '/landing-default/', journeys: [branch] },
    },
  ]);
  const [view] = parseJourneyTests([{ path: file, text }], EXAMPLE_CONTEXT).views;
  const problems = (view?.cases ?? []).map((one) => toCaseProblem(reportCase(world, one, ['sandbox']), 1));
  return { problems, printed: renderProblems(problems, new Map([[file, text]])).replace(/\n*$/, '\n') };
}
