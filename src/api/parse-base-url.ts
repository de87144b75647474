import { LimioError } from '../errors/errors.js';

/**
 * The origin that all requests go to. Plain http would show the credentials to the network, so it
 * is for loopback addresses only.
 *
 * @throws LimioError CONFIG_INVALID
 */
export function parseBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined) throw refuse('it is not a URL');
  if (url.username !== '' || url.password !== '') throw refuse('it holds credentials');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw refuse("it is more than a host; the paths are the API's own");
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url.origin;
  throw refuse(`${url.protocol} would send the credentials in the clear; only loopback addresses may use http:`);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** Does not repeat the URL: it may hold a password. */
function refuse(why: string): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `The url of the environment cannot be used: ${why}.`,
    hint: 'Write it as https://{tenant}.prod.limio.com, without a path.',
  });
}
