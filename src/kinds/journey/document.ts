import { z } from 'zod';
import { CONDITION_TYPES, restrictionShape } from '../documents/document-parts.js';
import { buildFieldRules, type FieldRule } from '../kind-definition.js';

const raw = z
  .strictObject({ raw: z.unknown().describe('Passed through untouched.') })
  .describe("An element in the API's own form.");

const condition = z.union([
  z.strictObject({
    type: z.enum(CONDITION_TYPES).describe('What is looked at.'),
    values: z
      .array(z.string())
      .min(1)
      .describe('Any of these matches; of several cookies or query parameters perhaps only all.'),
  }),
  raw,
]);

const action = z.union([
  z.strictObject({
    type: z.literal('destination'),
    destination: z.string().describe('Tag path, with a slash at both ends: /us/landing/'),
    split: z.number().optional().describe('Per cent of the visitors; 100 when left out.'),
  }),
  raw,
]);

const branch = z.strictObject({
  id: z.string().optional().describe('Leave it out: branches are matched with the live ones by content.'),
  conditions: z.array(condition).nullable().optional().describe('All must hold. None: the branch takes everybody.'),
  actions: z.array(action).describe('Where the visitor goes; several split the traffic.'),
});

/** A journey (API reference, section 2). The first branch that matches wins. */
export const journeyDocument = z
  .strictObject({
    kind: z.literal('journey').describe('Declares a journey.'),
    name: z.string().min(1).describe('Name of the journey.'),
    starting_point: z.string().nullable().optional().describe('Tag path where it begins: /landing/'),
    fallback_tag: z.string().nullable().optional().describe('Tag path for visitors whom no branch takes.'),
    domains: z.array(z.string()).nullable().optional().describe('Hosts of the storefront.'),
    journeys: z.array(branch).nullable().optional().describe('The branches; the first that matches wins.'),
    ...restrictionShape,
  })
  .describe('Declares a journey. Saving it is live at once.');

/** The table of the kind `journey`; `limio-sync explain journey` prints it. */
const JOURNEY_ROWS: readonly FieldRule[] = [
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
export const JOURNEY_FIELDS = buildFieldRules(JOURNEY_ROWS);
