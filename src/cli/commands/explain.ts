import { LimioError } from '../../errors/limio-error.js';
import { KINDS, isKind } from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { renderExplainText } from '../../render/explain-text.js';
import { createKindRules } from '../../resources/registry.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { formatJson } from '../format-json.js';

export async function runExplain(io: CliIo, kind: string, options: CommonOptions): Promise<number> {
  if (!isKind(kind)) {
    throw new LimioError({ code: 'USAGE', message: `There is no kind "${kind}".`, hint: `Kinds: ${KINDS.join(', ')}` });
  }
  const { rows } = createKindRules(DEFAULT_DIALECT)[kind];
  const fields = rows.map((row) => ({ ...row, path: row.path.join('.') }));
  io.stdout.write(
    options.format === 'json'
      ? formatJson({ kind: 'limio-sync/explain', formatVersion: 1, resource: kind, fields })
      : renderExplainText(kind, rows),
  );
  return 0;
}
