import { z } from 'zod';
import { CONDITION_TYPES, moveShape, restrictionShape } from '../documents/document-parts.js';
import { buildFieldRules, type FieldRule } from '../kind-definition.js';

const raw = z
  .strictObject({ raw: z.unknown().describe('Passed through unchanged.') })
  .describe("An element in the API's own form.");

const condition = z.union([
  z.strictObject({
    type: z.enum(CONDITION_TYPES).describe('What the condition checks.'),
    values: z
      .array(z.string())
      .min(1)
      .describe('One of these must match. Limio may require all of several cookies or query parameters.'),
  }),
  raw,
]);

const action = z.union([
  z.strictObject({
    type: z.literal('destination'),
    destination: z.string().describe('Tag path, with a slash at both ends: /us/landing/'),
    split: z.number().optional().describe('Percentage of the visitors. Default: 100.'),
  }),
  raw,
]);

const branch = z.strictObject({
  id: z.string().optional().describe('Optional: limio-sync matches branches with the live ones by content.'),
  conditions: z
    .array(condition)
    .nullable()
    .optional()
    .describe('All must match. Without conditions, the branch matches every visitor.'),
  actions: z.array(action).describe('Where visitors go. Several destinations split the traffic.'),
});

/** A journey (API reference, section 2). The first branch that matches wins. */
export const journeyDocument = z
  .strictObject({
    kind: z.literal('journey').describe('Declares a journey.'),
    name: z.string().min(1).describe('Name of the journey.'),
    starting_point: z.string().nullable().optional().describe('Tag path where the journey starts: /landing/'),
    fallback_tag: z.string().nullable().optional().describe('Tag path for visitors that no branch matches.'),
    domains: z.array(z.string()).nullable().optional().describe('Hosts of the storefront.'),
    journeys: z.array(branch).nullable().optional().describe('The branches. The first match wins.'),
    ...moveShape,
    ...restrictionShape,
  })
  .describe('Declares a journey. Changes are live at once.');

/** The table of the kind `journey`; `limio-sync explain journey` prints it. */
const JOURNEY_ROWS: readonly FieldRule[] = [
  {
    path: ['starting_point'],
    type: 'tag path',
    owner: 'git',
    note: 'Where the journey starts: a tag path without /tags, `/landing/`. The visitor keeps seeing this URL.',
  },
  { path: ['fallback_tag'], type: 'tag path', owner: 'git', note: 'Where visitors go if no branch matches.' },
  {
    path: ['domains'],
    type: 'list of hosts',
    owner: 'git',
    list: 'set',
    note: 'Storefront hosts. They differ per environment, so use ${vars.NAME}.',
  },
  {
    path: ['journeys'],
    type: 'list of branches',
    owner: 'git',
    show: 'routing',
    list: { key: 'id' },
    note: 'The first match wins. The list is managed as a whole: a branch that is not declared is removed.',
  },
  {
    path: ['journeys', '*'],
    type: 'branch',
    owner: 'git',
    show: 'routing',
    note: 'Conditions, and where matching visitors go.',
  },
  {
    path: ['journeys', '*', 'id'],
    type: 'uuid',
    owner: 'git',
    note: 'Optional: matched with the live branch by content, then by position; generated for a new branch.',
  },
  {
    path: ['journeys', '*', 'conditions'],
    type: 'list of conditions',
    owner: 'git',
    show: 'routing',
    list: { key: 'type' },
    note: 'All must match. No condition: every visitor.',
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
    note: 'One of them must match.',
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
    note: '{type: destination, destination, split} or {raw: ...}. split is a percentage, by default 100.',
  },
];

/** For bodies whose elements are typed: what people read. */
export const JOURNEY_FIELDS = buildFieldRules(JOURNEY_ROWS);
