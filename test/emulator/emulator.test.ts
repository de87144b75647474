import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import { connect } from './connect.js';

describe('the emulator', () => {
  it('listens on the loopback address at a free port', async () => {
    const { emulator } = await connect();
    expect(emulator.port).toBeGreaterThan(0);
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
  });

  it('says so when the port is taken', async () => {
    const { emulator } = await connect();
    await expect(startEmulator({ port: emulator.port })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(String(emulator.port)),
    });
  });

  it('closes at once although connections are open', async () => {
    const emulator = await startEmulator({ latencyMs: 60_000 });
    const idle = connectSocket(emulator.port, '127.0.0.1');
    await once(idle, 'connect');
    const pending = fetch(`${emulator.url}/api/v2/journey`).catch((error: unknown) => error);
    while (emulator.log().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await emulator.close();
    expect(await pending).toBeInstanceOf(TypeError);
    await expect(fetch(`${emulator.url}/api/v2/journey`)).rejects.toThrow();
  });

  it('refuses a seed that is none', async () => {
    await expect(startEmulator({ seed: { items: [{ name: 'x' }] } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('item 1'),
    });
  });
});
