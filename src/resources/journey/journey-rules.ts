import { type FieldRule, buildFieldRules } from '../field-rule.js';

/** The table of the kind `journey`; `limio-sync explain journey` prints it. */
export const JOURNEY_ROWS: readonly FieldRule[] = [
  {
    path: ['starting_point'],
    type: 'tag path',
    owner: 'git',
    note: 'Where the journey starts: a tag path without /tags, `/landing/`. The visitor keeps seeing this URL.',
  },
  { path: ['fallback_tag'], type: 'tag path', owner: 'git', note: 'Where visitors go whom no branch takes.' },
  {
    path: ['domains'],
    type: 'list of hosts',
    owner: 'git',
    list: 'set',
    note: 'Storefront hosts; they differ per environment, so use ${vars.NAME}.',
  },
  {
    path: ['journeys'],
    type: 'list of branches',
    owner: 'git',
    show: 'routing',
    list: { key: 'id' },
    note: 'First match wins, in this order. The list is as declared: a branch that is left out is removed.',
  },
  {
    path: ['journeys', '*'],
    type: 'branch',
    owner: 'git',
    show: 'routing',
    note: 'Conditions, and where visitors go who meet them.',
  },
  {
    path: ['journeys', '*', 'id'],
    type: 'uuid',
    owner: 'git',
    note: 'May be left out: matched with the live branch by content, then by position, and made when new.',
  },
  {
    path: ['journeys', '*', 'conditions'],
    type: 'list of conditions',
    owner: 'git',
    show: 'routing',
    list: { key: 'type' },
    note: 'All must hold. No condition: every visitor.',
  },
  {
    path: ['journeys', '*', 'conditions', '*'],
    type: 'typed condition or raw',
    owner: 'git',
    show: 'routing',
    whole: true,
    note: '{type, values} or {raw: anything the API sent}.',
  },
  {
    path: ['journeys', '*', 'conditions', '*', 'values'],
    type: 'list of texts',
    owner: 'git',
    list: 'set',
    note: 'Any one of them matches.',
  },
  {
    path: ['journeys', '*', 'actions'],
    type: 'list of actions',
    owner: 'git',
    show: 'routing',
    list: { key: 'destination' },
    note: 'Several destinations make an A/B test.',
  },
  {
    path: ['journeys', '*', 'actions', '*'],
    type: 'typed action or raw',
    owner: 'git',
    show: 'routing',
    whole: true,
    note: '{type: destination, destination, split} or {raw: ...}; split is a percentage, 100 when left out.',
  },
];

/** For bodies whose elements are typed: what people read. */
export const JOURNEY_TYPED_RULES = buildFieldRules(JOURNEY_ROWS);
