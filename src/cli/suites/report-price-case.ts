import type { TestedCase } from '../../model/test-report.js';
import { judgePrices, type SourcedReading } from '../../prices/cases.js';
import { describeExpectedPrice, describeReadings, renderPriceTable } from '../../render/prices.js';
import type { PlacedPriceCase } from '../../source/test-files/price-tests.js';

/** One case with what was answered, in the environments in which it was answered so. */
export function reportPriceCase(
  one: PlacedPriceCase,
  readings: readonly SourcedReading[],
  assumed: readonly string[],
  environments: readonly string[],
): TestedCase {
  const { name, place, expected } = one;
  const differences = judgePrices(one, readings);
  const report = {
    name,
    place,
    environments,
    passed: differences.length === 0,
    expected: describeExpectedPrice(expected),
    actual: [describeReadings(readings, expected)],
  };
  if (report.passed) return report;
  const trace = renderPriceTable(expected, readings, differences, assumed);
  return { ...report, differences, ...(trace === '' ? {} : { trace }) };
}
