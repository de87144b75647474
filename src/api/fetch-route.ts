import { request } from 'undici';
import { findErrorCode, firstOf } from '../http/send.js';
import type { RouteView } from '../model/outcome.js';

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 20_000;

/** Looks at a page of the storefront as a visitor does, without credentials. Never throws for what the network does. */
export async function fetchRoute(shopUrl: string, route: string, signal?: AbortSignal): Promise<RouteView> {
  const first = new URL(route, shopUrl).href;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const cut = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let url = first;
  try {
    for (let redirects = 0; ; redirects++) {
      const { statusCode, headers, body } = await request(url, {
        headers: { accept: 'text/html', 'user-agent': 'limio-sync' },
        signal: cut,
      });
      const location = firstOf(headers, 'location');
      const next =
        statusCode >= 300 && statusCode < 400 && location !== undefined && URL.canParse(location, url)
          ? new URL(location, url)
          : undefined;
      if (next && next.origin === new URL(first).origin && redirects < MAX_REDIRECTS) {
        await body.dump();
        url = next.href;
        continue;
      }
      const { text, bytes } = await readText(body);
      const title = findTitle(text);
      const age = Number(firstOf(headers, 'age') ?? Number.NaN);
      return {
        url,
        status: statusCode,
        bytes,
        ...(title === undefined ? {} : { title }),
        ...(Number.isInteger(age) && age >= 0 ? { ageSeconds: age } : {}),
      };
    }
  } catch (error) {
    return {
      url,
      failure: timeout.aborted
        ? 'timeout'
        : signal?.aborted
          ? 'interrupted'
          : (findErrorCode(error) ?? 'connection lost'),
    };
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<{ text: string; bytes: number }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    // Leaving the loop ends the download.
    if (bytes > MAX_BYTES) break;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}

function findTitle(html: string): string | undefined {
  const start = /<title[^>]{0,200}>/i.exec(html);
  if (!start) return undefined;
  const rest = html.slice(start.index + start[0].length, start.index + start[0].length + 500);
  const title = rest.split('<', 1)[0]?.replace(/\s+/g, ' ').trim() ?? '';
  return title === '' ? undefined : title;
}
