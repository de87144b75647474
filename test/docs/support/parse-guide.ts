/** A command of a guide, with what stands under it. */
export interface GuideCommand {
  kind: 'command';
  /** Without the prompt. */
  line: string;
  output: string;
  /** The lines of the page that hold the output, from 0; `to` is the first that does not. */
  from: number;
  to: number;
}

/** A file that the page shows as it is at that point. */
export interface ShownFile {
  kind: 'shown';
  path: string;
  line: string;
  output: string;
  from: number;
  to: number;
}

export type GuideStep =
  | GuideCommand
  | ShownFile
  /** A file that the reader makes. */
  | { kind: 'file'; path: string; text: string }
  /** A change that the reader makes in files, as a unified diff. */
  | { kind: 'patch'; text: string }
  /** What somebody does in the web app of an environment: an edit of the emulator, by its name, and its arguments. */
  | { kind: 'app'; environment: string; edit: string; args: unknown[] }
  /** Commands of other programs, which are only read. */
  | { kind: 'shell'; lines: string[] };

const PROMPT = '$ ';

/**
 * The steps of a page, in its order. Fences of `console` hold commands after a prompt and their outputs;
 * a fence of `diff` is applied; a comment before a fence of `yaml` names the file that it is
 * (`<!-- file: overlays/prod/x.yaml -->` when the reader makes it, `<!-- shown: ... -->` when it is there); others say what happens in the web app
 * (`<!-- app sandbox: item ["/offers2/X", {"name": "Y"}] -->`).
 */
export function parseGuide(page: string): GuideStep[] {
  const steps: GuideStep[] = [];
  const lines = page.split('\n');
  let file: { what: string; path: string } | undefined;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    const [, environment, edit, args] = /^<!-- app (\w+): (\w+) (.*) -->$/.exec(line) ?? [];
    if (environment !== undefined && edit !== undefined && args !== undefined)
      steps.push({ kind: 'app', environment, edit, args: JSON.parse(args) as unknown[] });
    else if (line.startsWith('<!--')) file = readComment(line);
    if (!line.startsWith('```')) continue;
    const end = lines.indexOf('```', i + 1);
    const body = lines.slice(i + 1, end);
    const text = body.map((one) => `${one}\n`).join('');
    if (line === '```console') steps.push(...parseConsole(body, i + 1));
    else if (line === '```diff') steps.push({ kind: 'patch', text });
    else if (line === '```sh') steps.push({ kind: 'shell', lines: body });
    else if (line === '```yaml' && file?.what === 'file') steps.push({ kind: 'file', path: file.path, text });
    else if (line === '```yaml' && file)
      steps.push({ kind: 'shown', path: file.path, line: file.path, output: text, from: i + 1, to: end });
    else throw new Error(`line ${i + 1}: nobody knows what to do with this fence`);
    file = undefined;
    i = end;
  }
  return steps;
}

function readComment(comment: string): { what: string; path: string } {
  const [, what, path] = /^<!-- (file|shown): (.+) -->$/.exec(comment) ?? [];
  if (what === undefined || path === undefined)
    throw new Error(`a comment that says nothing to the runner: ${comment}`);
  return { what, path };
}

function parseConsole(body: readonly string[], first: number): GuideCommand[] {
  const starts = body.flatMap((line, i) => (line.startsWith(PROMPT) ? [i] : []));
  if (starts[0] !== 0) throw new Error(`line ${first + 1}: a console begins with a command`);
  return starts.map((start, n) => {
    const end = starts[n + 1] ?? body.length;
    return {
      kind: 'command',
      line: (body[start] ?? '').slice(PROMPT.length),
      output: body
        .slice(start + 1, end)
        .map((one) => `${one}\n`)
        .join(''),
      from: first + start + 1,
      to: first + end,
    };
  });
}
