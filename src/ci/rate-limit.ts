export type Headers = Readonly<Record<string, string | undefined>>;

const MINUTE_MS = 60_000;
const BASE_MS = 1000;
const CEILING_MS = 30_000;

/**
 * How long an answer asks to wait, when it is about rate limits; undefined when it is not. GitHub
 * ("Best practices", "Handle rate limit errors appropriately") answers 403 or 429: with Retry-After
 * in seconds; or with no requests remaining until a time in epoch seconds; or, for a secondary
 * limit, with neither, and then a minute at least. GitLab answers 429 with the same headers, some
 * without `x-`.
 */
export function findRateLimitMs(
  { status, headers, message }: { status: number; headers: Headers; message: string },
  attempt: number,
  nowMs: number,
): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = readSeconds(headers['retry-after']);
  if (retryAfter !== undefined) return retryAfter * 1000;
  const remaining = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'];
  const reset = readSeconds(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  // The second more allows for clocks that differ.
  if (remaining?.trim() === '0' && reset !== undefined) return Math.max(0, reset * 1000 - nowMs) + 1000;
  return status === 429 || /rate limit|abuse detection/i.test(message) ? MINUTE_MS * 2 ** (attempt - 1) : undefined;
}

/** Full jitter below `1 s * 2^attempt`, at most 30 s. */
export function computeBackoffMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(CEILING_MS, BASE_MS * 2 ** attempt));
}

function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;
}
