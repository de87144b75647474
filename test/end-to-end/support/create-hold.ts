import { EventEmitter, once } from 'node:events';

/** A place in a hook at which a request stands until the test lets it go. */
export interface Hold {
  /** Resolves when the first request stands here. */
  reached: Promise<void>;
  /** For the hook: resolves when the test let it go. */
  stand: () => Promise<void>;
  release: () => void;
}

export function createHold(): Hold {
  const arrival = createLatch();
  const departure = createLatch();
  return {
    reached: arrival.opened,
    stand: () => {
      arrival.open();
      return departure.opened;
    },
    release: departure.open,
  };
}

function createLatch(): { opened: Promise<void>; open: () => void } {
  const gate = new EventEmitter();
  return { opened: once(gate, 'open').then(() => undefined), open: () => void gate.emit('open') };
}
