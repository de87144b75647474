/** A command of a guide, with its output. */
export interface GuideCommand {
  kind: 'command';
  /** Without the prompt. */
  line: string;
  output: string;
  /** The lines of the output in the page, from 0; `to` is exclusive. */
  from: number;
  to: number;
}

/** A file that the page shows at that point. */
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
  /** A file that the reader creates. */
  | { kind: 'file'; path: string; text: string }
  /** A change that the reader makes, as a unified diff. */
  | { kind: 'patch'; text: string }
  /** An edit in the web app of an environment: the name of an edit of the emulator, and its arguments. */
  | { kind: 'app'; environment: string; edit: string; args: unknown[] }
  /** Commands of other programs, which are not run. */
  | { kind: 'shell'; lines: string[] };

const PROMPT = '$ ';

/**
 * The steps of a page, in order. A `console` fence holds commands after a prompt and their outputs; a `diff`
 * fence is applied. A comment before a `yaml` fence names its file: `<!-- file: overlays/prod/x.yaml -->` if the
 * reader creates it, `<!-- shown: ... -->` if it exists. Other comments are edits in the web app:
 * `<!-- app sandbox: item ["/offers2/X", {"name": "Y"}] -->`.
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
    else throw new Error(`line ${i + 1}: unknown kind of fence`);
    file = undefined;
    i = end;
  }
  return steps;
}

function readComment(comment: string): { what: string; path: string } {
  const [, what, path] = /^<!-- (file|shown): (.+) -->$/.exec(comment) ?? [];
  if (what === undefined || path === undefined) throw new Error(`unknown comment: ${comment}`);
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
