/** Linting beyond parsing: every offline rule over 5,000, 10,000 and 20,000 offers. Wall time and the time of the processor. */
import { importSource } from '../scripts/ensure-built.mjs';

const [{ createLintContext }, { LINT_RULES }, { resolveSettings }, { runLint }] = await importSource(
  'src/lint/context.ts',
  'src/lint/rules/rules.ts',
  'src/lint/settings.ts',
  'src/lint/lint.ts',
);

const AT = { file: 'a.yaml', line: 1, col: 1 };
for (const count of [5_000, 10_000, 20_000]) {
  const resources = Array.from({ length: count }, (_, i) => makeOffer(i));
  const context = createLintContext({ now: 0, resources, foreignHosts: new Map([['acme.prod.limio.com', 'prod']]) });
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { findings } = runLint({
    rules: LINT_RULES,
    settings: resolveSettings(LINT_RULES),
    context,
    comments: [],
    locate: () => AT,
    missing: { pages: 'unknown', catalog: 'unknown' },
  });
  // One offer in a hundred states a wrong price.
  if (findings.length !== count / 100) throw new Error(`unexpected findings: ${findings.length}`);
  console.log(
    `lint of ${count} offers: ${((performance.now() - start) / 1000).toFixed(2)} s (processor ${(process.cpuUsage(cpu).user / 1e6).toFixed(2)} s)`,
  );
}

function makeOffer(i) {
  const name = `/offers2/Offer ${i}`;
  const attributes = {
    display_name__limio: `Offer ${i}`,
    display_price__limio: `<p><strong>£${i % 100 === 0 ? '11.99' : '12.99'}</strong> per month</p>`,
    offer_features__limio: '<ul><li>Every story on the web</li><li>The app</li></ul>',
    cta_text__limio: 'Subscribe',
    label__limio: [`label-${i % 500}-group`],
    group__limio: 'monthly',
    allowed_countries__limio: ['GB', 'IM'],
    price__limio: [
      {
        name: 'charge_1',
        value: '12.99',
        currencyCode: 'GBP',
        type: 'recurring',
        repeat_interval: 1,
        repeat_interval_type: 'months',
      },
    ],
    term__limio: { renewal_type: 'EVERGREEN' },
    upgrade_offers__limio: [{ path: `/offers2/Offer ${i + 1}` }],
  };
  return { address: `offer:${name}`, kind: 'offer', name, owned: [], source: AT, body: { attributes } };
}
