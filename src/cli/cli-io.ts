/** The world as a command sees it. Tests hand in their own. */
export interface CliIo {
  stdout: { write(text: string): unknown; isTTY?: boolean };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
}

/** Options that every command has. */
export interface CommonOptions {
  config?: string;
  format: 'text' | 'json';
  debug?: boolean;
  /** False with --no-color. */
  color: boolean;
}
