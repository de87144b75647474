import { isJsonObject, type JsonObject, listAt } from '../../model/json.js';
import type { PathPart } from '../parsed-file.js';

export interface JourneyPart {
  element: JsonObject;
  path: PathPart[];
}

/** The branches of a journey that are mappings, with their paths. */
export function listBranches(journey: JsonObject): JourneyPart[] {
  return listParts(journey, 'journeys', []);
}

/** The conditions of every branch. */
export function listConditions(journey: JsonObject): JourneyPart[] {
  return listBranches(journey).flatMap(({ element, path }) => listParts(element, 'conditions', path));
}

/** The actions of a branch. */
export function listActions(branch: JourneyPart): JourneyPart[] {
  return listParts(branch.element, 'actions', branch.path);
}

function listParts(object: JsonObject, key: string, path: PathPart[]): JourneyPart[] {
  return listAt(object, key).flatMap((element, i) =>
    isJsonObject(element) ? [{ element, path: [...path, key, i] }] : [],
  );
}
