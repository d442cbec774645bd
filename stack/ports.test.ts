import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { candidatePorts, reservePort } from './ports.ts';

describe('a reserved port', () => {
  let folder: string;
  const servers: Server[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ports-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true });
  });

  async function listen(port: number, host: string): Promise<void> {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((done) => server.listen(port, host, done));
  }

  test('is the preferred one when that is free, and is given back', async () => {
    const wanted = await getPort();
    const first = await reservePort(wanted, folder);
    expect(first.port).toBe(wanted);
    const second = await reservePort(wanted, folder);
    expect(second.port).not.toBe(wanted);
    first.release();
    second.release();
    expect(readdirSync(folder)).toEqual([]);
    const again = await reservePort(wanted, folder);
    expect(again.port).toBe(wanted);
    again.release();
  });

  test.each(['127.0.0.1', '0.0.0.0'])('is another one when something listens there on %s', async (host) => {
    const wanted = await getPort();
    await listen(wanted, host);
    const reserved = await reservePort(wanted, folder);
    expect(reserved.port).not.toBe(wanted);
    await listen(reserved.port, '127.0.0.1');
    reserved.release();
  });

  test('stays within what TCP knows', () => {
    expect(candidatePorts(65_530)).toEqual([65_530, 65_531, 65_532, 65_533, 65_534, 65_535]);
    expect(candidatePorts(5432)).toHaveLength(21);
  });
});
