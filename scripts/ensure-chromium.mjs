/**
 * Installs Debian's Chromium for the browser test if apt-get is available. Otherwise it prints what is
 * missing, and the browser test is skipped. Never fails.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const CHROMIUM = '/usr/bin/chromium';

/** @returns {boolean} whether the browser is installed. */
export function ensureChromium() {
  if (existsSync(CHROMIUM)) return true;
  const apt = findApt();
  if (!apt) {
    console.error(
      `The browser test is skipped: ${CHROMIUM} is missing, and apt-get cannot run as root. To fix it: apt-get install chromium`,
    );
    return false;
  }
  console.error('Installing chromium for the browser test (apt-get install chromium) ...');
  try {
    run([...apt, 'update', '-qq']);
    run([...apt, 'install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  } catch (error) {
    console.error(`The browser test is skipped: chromium could not be installed. ${error.message}`);
  }
  return existsSync(CHROMIUM);
}

/** apt-get as root, or through sudo without a password. */
function findApt() {
  if (!existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  try {
    run(['sudo', '-n', 'true']);
    return ['sudo', '-n', 'apt-get'];
  } catch {
    return undefined;
  }
}

function run([command, ...args]) {
  execFileSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

if (import.meta.url === `file://${process.argv[1]}`) ensureChromium();
