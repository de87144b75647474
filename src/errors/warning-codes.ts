/**
 * Every code of a plan's warnings, with one line for docs/errors.md. A warning stops nothing.
 * The set is closed: a test keeps docs/errors.md equal to it. Some of the codes are errors or problems elsewhere.
 */
export const WARNING_CODES = {
  INCOMPLETE_READ: { title: 'A list could not be read to its proven end' },
  PRODUCT_SYNCED: { title: 'The billing system may overwrite the product' },
  IGNORED: { title: 'The policy of the environment leaves out what the files declare' },
  OWNED_ELSEWHERE: { title: 'The app or the server owns what the files declare' },
  IMPACT_INCOMPLETE: { title: 'Something could not be read that the impact needs' },
  CANNOT_UNDO: { title: 'A rollback cannot take everything back' },
  CREATE_ONLY: { title: 'A field that only a creation sets is declared otherwise' },
  DESTINATION_NOT_FOUND: { title: 'A journey leads to a tag that does not exist' },
  DESTINATION_NOT_LIVE: { title: 'A journey leads to a page that is not published' },
  JOURNEY_LOOP: { title: 'Journeys lead visitors in a circle' },
  JOURNEY_SAME_START: { title: 'Two journeys start at one page of one host' },
  PUBLISH_NEW_ROUTE: { title: 'A new page has to be published once by a person' },
  REFERENCE_NOT_FOUND: { title: 'The tenant lacks something that is referred to' },
} as const satisfies Record<string, { title: string }>;

export type WarningCode = keyof typeof WARNING_CODES;
