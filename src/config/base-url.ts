export type Region = 'eu' | 'us' | 'dev';

const DOMAINS: Record<Region, string> = { eu: 'prod.limio.com', us: 'prod-us.limio.com', dev: 'dev.limio.com' };

/** Address of a tenant's API (API reference, section 0). */
export function formatTenantUrl(tenant: string, region: Region = 'eu'): string {
  return `https://${tenant}.${DOMAINS[region]}`;
}

/** Address of a tenant's storefront, which is another host. */
export function formatShopUrl(tenant: string, region: Region = 'eu'): string {
  return `https://${tenant}-shop.${DOMAINS[region]}`;
}

/**
 * The origin of an address, or what is wrong with it as the rest of a sentence. Secrets travel to it,
 * so `http:` is for this machine alone.
 */
export function parseOrigin(text: string): { origin: string } | { fault: string } {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { fault: 'is not a URL such as https://acme.prod.limio.com' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { fault: 'must begin with https:' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not hold a user or a password' };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return { fault: 'must be a host without a path' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { fault: 'must begin with https:; http: is for this machine only' };
  return { origin: url.origin };
}

/** `new URL` has written IPv4 addresses in full already, so 127.1 cannot hide. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
