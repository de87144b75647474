import type { OrderPreviewer } from '../model/probes.js';
import type { ClientOptions } from './client-options.js';
import { bindReads, type LimioReader } from './create-limio-reader.js';
import { openConnection } from './open-connection.js';
import { previewOrder } from './order-preview-calls.js';

/** A reader that also asks what orders cost. @throws LimioError CONFIG_INVALID as `createLimioReader`. */
export function createOrderPreviewer(options: ClientOptions): OrderPreviewer & LimioReader {
  const connection = openConnection(options);
  const previewer: OrderPreviewer & LimioReader = {
    ...bindReads(connection),
    previewOrder: (request, channel) => previewOrder(connection, request, channel),
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
  return Object.freeze(previewer);
}
