/** What the flags of apply consent to; each is a number that must equal the plan's, or the environment's name. */
export interface ConsentOptions {
  allowDelete?: number;
  allowPriceChange?: number;
  allowMassChange?: number;
  allowLookalike?: number;
  allowDefaultJourney?: number;
  allowBroaderPromo?: number;
  allowFreeze?: string;
}

const FLAGS: Record<keyof ConsentOptions, string> = {
  allowDelete: '--allow-delete',
  allowPriceChange: '--allow-price-change',
  allowMassChange: '--allow-mass-change',
  allowLookalike: '--allow-lookalike',
  allowDefaultJourney: '--allow-default-journey',
  allowBroaderPromo: '--allow-broader-promo',
  allowFreeze: '--allow-freeze',
};

/** Flag -> value, as guards ask for it. */
export function collectConsents(options: ConsentOptions): Map<string, string> {
  return new Map(
    (Object.keys(FLAGS) as (keyof ConsentOptions)[]).flatMap((key) => {
      const value = options[key];
      return value === undefined ? [] : [[FLAGS[key], String(value)]];
    }),
  );
}
