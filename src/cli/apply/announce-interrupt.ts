import type { CliIo } from '../cli-io.js';

/** Tells who presses Ctrl-C during an apply why the program does not end at once. */
export function announceInterrupt({ signal, stderr }: CliIo): void {
  const say = (): void => {
    // At a terminal the cursor stands behind the live line and the echo of Ctrl-C.
    stderr.write(
      `${stderr.isTTY === true ? '\n' : ''}Interrupted: what is in flight is finished and read back. Interrupt again to end at once; the next run then says what became of it.\n`,
    );
  };
  signal.addEventListener('abort', say, { once: true });
}
