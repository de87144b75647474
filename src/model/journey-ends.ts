/**
 * Where a visit can end besides at a destination, as test files say it. `fallback`: at the fallback
 * tag, whichever it is. `not_intercepted`: no journey has the visit. `nowhere`: a journey has it and
 * leads nowhere. `raw_action`: a raw action decides.
 */
export const JOURNEY_ENDS = ['fallback', 'not_intercepted', 'nowhere', 'raw_action'] as const;

export type JourneyEnd = (typeof JOURNEY_ENDS)[number];
