/**
 * The browser test drives Debian's Chromium. Installs it where apt-get is at hand and may be used;
 * elsewhere says what is missing, and the browser test is skipped. Never fails.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const CHROMIUM = '/usr/bin/chromium';

/** @returns {boolean} whether the browser is there. */
export function ensureChromium() {
  if (existsSync(CHROMIUM)) return true;
  const apt = findApt();
  if (!apt) {
    console.error(
      `The browser test is skipped: there is no ${CHROMIUM}, and apt-get cannot be run as root here. To run it: apt-get install chromium`,
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

/** apt-get as root, or through a sudo that asks for no password. */
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
