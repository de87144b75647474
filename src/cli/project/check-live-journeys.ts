import type { WarningCode } from '../../errors/codes.js';
import { formatAddress } from '../../model/address.js';
import { type JsonObject, parsePointer } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { findDeadRoutes, indexStarts, listDestinations } from '../../plan/pages/destinations.js';
import { escapeTerminal } from '../../render/escape.js';
import type { Declaration, SourceText } from '../../source/documents.js';
import { formatBlock } from '../../source/edit/format.js';
import { locatePath } from '../../source/locate.js';
import { parseDocuments } from '../../source/parse.js';
import { sortProblems } from '../../source/problems.js';
import { checkJourneys } from '../../source/rules/rules.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { loadWorkspace } from './load-project.js';
import { openReader } from './open-tenant.js';
import { readLiveJourneys } from './read-live-journeys.js';

/** The journeys that the tenant holds now. Places are those in a file that says the same; in place of its path stands the address. */
export async function checkLiveJourneys(
  io: CliIo,
  options: CommonOptions,
): Promise<{ journeys: number; files: SourceText[]; problems: Problem[] }> {
  const workspace = await loadWorkspace(io, options);
  const reader = await openReader(io, workspace, options);
  try {
    const journeys = (await readLiveJourneys(io, workspace, reader)).map(toDeclaration);
    const starts = indexStarts(journeys);
    const leading = journeys.flatMap((journey) =>
      listDestinations(journey, starts).map((destination) => ({ ...journey, ...destination })),
    );
    const dead = await findDeadRoutes(
      reader,
      leading.map(({ route }) => route),
    );
    if (dead.why !== undefined)
      io.stderr.write(
        escapeTerminal(`Whether pages are published could not be told of ${dead.unknown.join(', ')}: ${dead.why}.`) +
          '\n',
      );
    const found = leading.flatMap(({ declaration, pointer, route }): Problem[] => {
      const kind = dead.withoutTag.includes(route) ? NO_TAG : dead.notLive.includes(route) ? NOT_LIVE : undefined;
      return kind
        ? [
            {
              ...locatePath(declaration.document, parsePointer(pointer)),
              severity: 'warning',
              code: kind.code,
              message: `${route} ${kind.message}`,
            },
          ]
        : [];
    });
    return {
      journeys: journeys.length,
      files: journeys.map(({ file }) => file),
      problems: sortProblems([...checkJourneys(journeys.map(({ declaration }) => declaration)), ...found]),
    };
  } finally {
    await reader.close();
  }
}

const NO_TAG = {
  code: 'DESTINATION_NOT_FOUND' satisfies WarningCode,
  message: 'is no tag of the tenant: visitors find nothing there.',
};
const NOT_LIVE = {
  code: 'DESTINATION_NOT_LIVE' satisfies WarningCode,
  message: 'has no published page: visitors find nothing there.',
};

function toDeclaration({ name, body }: { name: string; body: JsonObject }): {
  name: string;
  body: JsonObject;
  file: SourceText;
  declaration: Declaration;
} {
  const address = formatAddress('journey', name);
  const read = (value: JsonObject): { file: SourceText; document: Declaration['document'] | undefined } => {
    const file = { path: address, text: `${formatBlock(value, 0, { eol: '\n' })}\n` };
    return { file, document: parseDocuments(file.path, file.text).documents[0] };
  };
  // What no file can say has the place of the journey.
  const whole = read({ kind: 'journey', name, ...body });
  const { file, document } = whole.document ? whole : read({ kind: 'journey' });
  if (!document) throw new Error('a document of one key cannot be read');
  return { name, body, file, declaration: { document, kind: 'journey', address, identityKey: 'name', value: body } };
}
