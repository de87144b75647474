import type { CONDITION_TYPES } from '../../kinds/documents/document-parts.js';

export type ConditionType = (typeof CONDITION_TYPES)[number];

/** A value to enter, in each spelling that the tenant may store. The first is the spelling of files. */
export interface Marker {
  texts: readonly string[];
}

/** One branch to build in the web app. */
export interface GuideBranch {
  type: ConditionType;
  /** Its name in the web app. */
  title: string;
  /** What to choose or enter there. */
  ask: string;
  markers: readonly Marker[];
  /** `capitals`: upper case in files. `words`: a fixed word, which the tenant may spell differently. */
  spelling?: 'capitals' | 'words';
}

export interface JourneyGuide {
  branches: readonly GuideBranch[];
  /** Routes; the last branch sends 30 % to the first and 70 % to the second. */
  destinations: readonly [string, string] | undefined;
  /** Types for which the tenant has no values. */
  skipped: readonly { type: string; reason: string }[];
}

export const FIRST_SPLIT = 30;

export const SECOND_SPLIT = 70;

/** The values that the tenant has. */
export interface GuideChoices {
  labels: readonly string[];
  segments: readonly { path: string; name: string; id: string }[];
  routes: readonly string[];
}

/** A journey with every element type. Its values are rare, valid, and easy to tell apart. */
export function buildGuide({ labels, segments, routes }: GuideChoices): JourneyGuide {
  const chosenLabels = labels.filter((label) => label.length >= 3).slice(0, 2);
  const chosenSegments = segments.slice(0, 2);
  const usable = routes.filter((route) => route.length > 3 && route !== '/default/');
  const [first] = usable;
  // Not a suffix of the first: the tenant may add a prefix.
  const second = usable.find((route) => first !== undefined && !route.endsWith(first) && !first.endsWith(route));
  const branches: GuideBranch[] = [
    {
      type: 'country',
      title: 'Country',
      ask: 'Antarctica (AQ) and Bouvet Island (BV)',
      markers: plain('AQ', 'BV'),
      spelling: 'capitals',
    },
    { type: 'city', title: 'City', ask: 'Longyearbyen and Ushuaia', markers: plain('Longyearbyen', 'Ushuaia') },
    {
      type: 'region',
      title: 'Region',
      ask: 'DE-SH and FR-BRE',
      markers: plain('DE-SH', 'FR-BRE'),
      spelling: 'capitals',
    },
    {
      type: 'billing_country',
      title: 'Subscription Billing Country',
      ask: 'Heard and McDonald Islands (HM) and South Georgia (GS)',
      markers: plain('HM', 'GS'),
      spelling: 'capitals',
    },
    {
      type: 'query',
      title: 'Query String',
      ask: 'limiosync=one,limiosync=two',
      markers: plain('limiosync=one', 'limiosync=two'),
    },
    {
      type: 'cookie',
      title: 'Cookie Exists',
      ask: 'lmo_sync_one,lmo_sync_two',
      markers: plain('lmo_sync_one', 'lmo_sync_two'),
    },
    ...(chosenSegments.length === 0
      ? []
      : [
          {
            type: 'segment' as const,
            title: 'Segment',
            ask: chosenSegments.map(({ name }) => name).join(' and '),
            markers: chosenSegments.map(({ path, name, id }) => ({
              texts: [path, id, name].filter((text) => text !== ''),
            })),
          },
        ]),
    ...(chosenLabels.length === 0
      ? []
      : [
          {
            type: 'offer_label' as const,
            title: 'Subscription Offer Label',
            ask: chosenLabels.join(' and '),
            markers: plain(...chosenLabels),
          },
        ]),
    {
      type: 'subscription_status',
      title: 'Subscription Status',
      ask: 'active subscription',
      markers: plain('activeSub'),
      spelling: 'words',
    },
    {
      type: 'subscription_status',
      title: 'Subscription Status',
      ask: 'no active subscription',
      markers: plain('noActiveSub'),
      spelling: 'words',
    },
    {
      type: 'device',
      title: 'Devices',
      ask: 'mobile and desktop',
      markers: plain('mobile', 'desktop'),
      spelling: 'words',
    },
  ];
  return {
    branches,
    destinations: first === undefined || second === undefined ? undefined : [first, second],
    skipped: [
      ...(chosenSegments.length === 0 ? [{ type: 'segment', reason: 'the tenant has no segment' }] : []),
      ...(chosenLabels.length === 0 ? [{ type: 'offer_label', reason: 'no offer of the tenant has a label' }] : []),
      ...(second === undefined
        ? [{ type: 'destination', reason: 'the tenant has fewer than two pages with a tag' }]
        : []),
    ],
  };
}

function plain(...texts: string[]): Marker[] {
  return texts.map((text) => ({ texts: [text] }));
}
