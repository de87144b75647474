/**
 * Every code of `limio-sync validate` and `limio-sync journeys check`, with its severity and one line for docs/errors.md.
 * The set is closed: a test keeps docs/errors.md equal to it.
 */
export const PROBLEM_CODES = {
  // Files
  EMPTY_FILES: { severity: 'error', title: 'No resource is declared' },
  FILE_UNREADABLE: { severity: 'error', title: 'A file or folder cannot be read' },
  FILE_NOT_UTF8: { severity: 'error', title: 'A file is not UTF-8 text' },
  FILE_LINK_LOOP: { severity: 'error', title: 'A symbolic link leads back to a folder above it' },
  FILE_LINK_OUTSIDE: { severity: 'error', title: 'A symbolic link leads out of the repository' },
  // YAML
  YAML_SYNTAX: { severity: 'error', title: 'The YAML cannot be read' },
  YAML_TAB: { severity: 'error', title: 'A tab is used for indentation' },
  YAML_DUPLICATE_KEY: { severity: 'error', title: 'A key stands twice in a mapping' },
  YAML_KEY: { severity: 'error', title: 'A key is not a plain text' },
  YAML_MERGE_KEY: { severity: 'error', title: 'The merge key << is not part of YAML 1.2' },
  YAML_ALIAS: { severity: 'error', title: 'An alias has no anchor, contains itself or grows too large' },
  YAML_TAG: { severity: 'error', title: 'A tag is not supported' },
  YAML_NUMBER: { severity: 'error', title: 'A number cannot be kept exactly' },
  YAML_DEPTH: { severity: 'error', title: 'The document is nested too deeply' },
  FORBIDDEN_KEY: { severity: 'error', title: 'A key that no resource may have' },
  CONTROL_CHARACTER: { severity: 'error', title: 'A text holds a control character' },
  // Variables
  VARIABLE_UNKNOWN: { severity: 'error', title: 'A variable has no value in an environment' },
  VARIABLE_REFUSED: { severity: 'error', title: 'A file names a variable of the process that it may not read' },
  VARIABLE_SYNTAX: { severity: 'warning', title: 'A text looks like a variable and is none' },
  SECRET_REFERENCE: { severity: 'error', title: 'A reference to a secret stands where none can' },
  // Shape
  NOT_A_MAPPING: { severity: 'error', title: 'A document is not a mapping' },
  KIND_MISSING: { severity: 'error', title: 'A document has no kind' },
  KIND_UNKNOWN: { severity: 'error', title: 'No such kind of resource' },
  MISSING_KEY: { severity: 'error', title: 'A required key is missing' },
  UNKNOWN_KEY: { severity: 'error', title: 'No such key' },
  WRONG_TYPE: { severity: 'error', title: 'A value has the wrong type' },
  WRONG_VALUE: { severity: 'error', title: 'A value is not one of those allowed' },
  UNUSUAL_KEY: { severity: 'warning', title: 'A key that Limio is not known to have' },
  UNUSUAL_VALUE: { severity: 'warning', title: 'A value that is close to a usual one' },
  EMPTY_LIST: { severity: 'error', title: 'A list needs at least one element' },
  // Addresses and references
  DUPLICATE_ADDRESS: { severity: 'error', title: 'A resource is declared twice' },
  REFERENCE_MISSPELT: { severity: 'error', title: 'A reference is close to a declared resource' },
  REFERENCE_ID: { severity: 'warning', title: 'The id of a reference is not that of its path' },
  LABEL_MISSPELT: { severity: 'warning', title: 'A label is close to a declared one' },
  // Environments and overlays
  ENVIRONMENT_NAME: { severity: 'error', title: 'A file names an environment that there is not' },
  ENVIRONMENT_CHOICE: { severity: 'error', title: 'The keys "only" and "except" cannot stand like this' },
  OVERLAY_PLACE: { severity: 'error', title: "An overlay lies in no environment's folder" },
  OVERLAY_BASE: { severity: 'error', title: 'An overlay changes a resource that is not declared' },
  OVERLAY_DUPLICATE: { severity: 'error', title: 'Two overlays of an environment change one resource' },
  OVERLAY_NULL: { severity: 'warning', title: 'A null in an overlay takes out what the base does not have' },
  OWNED_ELSEWHERE: { severity: 'warning', title: 'The app or the server owns what a file declares' },
  // Catalog
  PATH_SYNTAX: { severity: 'error', title: 'The path of a catalog item is malformed' },
  ATTRIBUTE_MISSPELT: { severity: 'error', title: 'An attribute is close to a known one' },
  ATTRIBUTE_UNKNOWN: { severity: 'warning', title: 'An attribute looks like one of Limio and is not known' },
  LABEL_NOT_ASCII: { severity: 'warning', title: 'A label is not flat ASCII' },
  PRICE_NOT_TEXT: { severity: 'error', title: 'A price is not quoted' },
  PRICE_NOT_NUMBER: { severity: 'error', title: 'A price is not a number' },
  CURRENCY_UNKNOWN: { severity: 'error', title: 'No such currency in ISO 4217' },
  COUNTRY_UNKNOWN: { severity: 'error', title: 'No such country in ISO 3166' },
  // Promo codes
  PROMO_CODE_SYNTAX: { severity: 'error', title: 'A promo code has more than letters and digits' },
  DATE_SYNTAX: { severity: 'error', title: 'A date is not a day of the calendar' },
  PROMO_DATES: { severity: 'error', title: 'A promo code expires before it starts' },
  PERCENTAGE_RANGE: { severity: 'error', title: 'A percentage is outside 0 to 100' },
  AMOUNT_RANGE: { severity: 'error', title: 'An amount or a quantity is not a usable number' },
  PROMO_DISCOUNT: { severity: 'error', title: 'The parts of a discount contradict each other' },
  PROMO_LABEL: { severity: 'warning', title: 'Application level and offer label do not fit' },
  // Journeys
  TAG_PATH: { severity: 'error', title: 'A tag path is malformed' },
  JOURNEY_SPLIT: { severity: 'error', title: 'The splits of a branch do not add up to 100' },
  JOURNEY_NO_FALLBACK: { severity: 'warning', title: 'A journey says nothing about visitors whom no branch takes' },
  JOURNEY_UNREACHABLE: { severity: 'warning', title: 'A branch is never reached' },
  JOURNEY_OVERLAP: { severity: 'info', title: 'The order of branches decides' },
  JOURNEY_SAME_START: { severity: 'warning', title: 'Two journeys start at one page of one host' },
  JOURNEY_LOOP: { severity: 'warning', title: 'Journeys lead visitors in a circle' },
  JOURNEY_NO_ACTION: { severity: 'warning', title: 'A branch leads nowhere' },
  JOURNEY_BRANCH_ID: { severity: 'error', title: 'Two branches have the same id' },
  JOURNEY_DOMAIN: { severity: 'error', title: 'A domain is not a host name' },
  CONDITION_VALUE: { severity: 'error', title: 'A condition cannot hold this value' },
  // Tests
  TEST_ORDER: { severity: 'error', title: 'A test describes an order that cannot be' },
  TEST_VISITOR: { severity: 'error', title: 'A test describes a visitor who cannot be' },
  TEST_EXPECTATION: { severity: 'error', title: 'A test expects what cannot happen' },
  TEST_FAILED: { severity: 'error', title: 'A test fails' },
} as const satisfies Record<string, { severity: 'error' | 'warning' | 'info'; title: string }>;

export type ProblemCode = keyof typeof PROBLEM_CODES;
