import { LimioError } from '../../errors/errors.js';
import { createKindRules } from '../../kinds/kinds.js';
import { isKind, KINDS } from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { renderExplainText } from '../../render/explain.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { formatJson } from '../output/format-json.js';
import { explainResource } from '../project/explain-resource.js';

/** The table of a kind, or a resource of the files as it will be in an environment. */
export async function runExplain(
  io: CliIo,
  subject: string,
  options: CommonOptions & { env?: string },
): Promise<number> {
  if (subject.includes(':')) return explainResource(io, subject, options);
  if (!isKind(subject)) {
    const hint = `Kinds: ${KINDS.join(', ')}. A resource is named by kind:name.`;
    throw new LimioError({ code: 'USAGE', message: `There is no kind "${subject}".`, hint });
  }
  const { rows } = createKindRules(DEFAULT_DIALECT)[subject];
  const fields = rows.map((row) => ({ ...row, path: row.path.join('.') }));
  io.stdout.write(
    options.format === 'json'
      ? formatJson({ kind: 'limio-sync/explain', formatVersion: 1, resource: subject, fields })
      : renderExplainText(subject, rows),
  );
  return 0;
}
