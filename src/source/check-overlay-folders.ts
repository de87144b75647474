import type { Problem } from '../model/problem.js';
import { makeProblem } from './make-problem.js';
import { describeUnknownEnvironment } from './restriction.js';
import type { SourceText } from './source-text.js';

/** Overlays that no environment would ever see: one problem for each folder, and for each file in none. */
export function checkOverlayFolders(sources: readonly SourceText[], environments: readonly string[]): Problem[] {
  const folders = new Map(sources.toReversed().flatMap(({ overlay, path }) => (overlay ? [[overlay, path]] : [])));
  const unknown = [...folders].filter(([folder]) => !environments.includes(folder));
  const homeless = sources.filter(({ overlay }) => overlay === '');
  return [
    ...unknown.map(([folder, path]) => {
      const { message, hint } = describeUnknownEnvironment(folder, environments);
      return report(path, `${message} The overlays in the folder "${folder}" are for nobody.`, hint);
    }),
    ...homeless.map(({ path }) =>
      report(path, 'The overlay lies in no folder of an environment.', 'Move it: overlays/<environment>/...'),
    ),
  ];
}

function report(file: string, message: string, hint?: string): Problem {
  return makeProblem('OVERLAY_PLACE', { file, line: 1, col: 1 }, message, hint === undefined ? {} : { hint });
}
