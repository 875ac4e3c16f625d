import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';

let server: TestServer;
let member: TestMember;
beforeAll(async () => {
  server = await startServer();
  member = await server.signIn('viewer');
});
afterAll(() => server.stop());

const change = (password: string) =>
  member.call(routes.account.changePassword, { body: { current: member.password, password } });
const refused = { code: 'password_common' };

describe('a password that somebody chooses', { timeout: 60_000 }, () => {
  test('is none of the thousands that most people choose, whatever its case', async () => {
    const list = readFileSync(join(import.meta.dirname, 'common-passwords.txt'), 'utf8').split('\n');
    const passwords = list.filter((line) => line.length >= 10 && !line.startsWith('# '));
    expect(passwords.length).toBeGreaterThan(3_000);
    for (const password of ['1234567890', 'qwertyuiop', 'Password123', 'BASKETBALL', passwords.at(-1) ?? '']) {
      await expect(change(password), password).rejects.toMatchObject(refused);
    }
  });

  test.each(['ProofPix2026', 'proofpix-admin-1', 'Password-2026!', 'aaaaaaaaaaaaaa'])(
    'says more than our name and a few characters: %s',
    async (password) => {
      await expect(change(password)).rejects.toMatchObject(refused);
    },
  );

  test('says more than the name, the address and the organisation of whose it is', async () => {
    const person = { email: 'ada.lovelace@analytical.example', name: 'Ada Lovelace', role: 'viewer' } as const;
    for (const password of ['Lovelace.1815', 'lovelace-ada-9', 'analytical-42']) {
      await expect(
        server.call(routes.members.create, { body: { ...person, password } }),
        password,
      ).rejects.toMatchObject(refused);
    }
    const owner = { email: 'owner@harbour.example', name: 'Grace', password: 'harbourside-7' };
    await expect(
      server.call(routes.organisations.create, { body: { name: 'Harbourside', owner } }),
    ).rejects.toMatchObject(refused);
  });

  test('may hold any characters, is not cut, and is as long as two hundred', async () => {
    const long = `${'ä🔑 no rule of composition '.repeat(12)}`.slice(0, 180);
    await change(long);
    const login = (password: string) =>
      server.call(routes.auth.login, { body: { email: member.email, password } }).then(
        () => true,
        () => false,
      );
    expect(await login(long)).toBe(true);
    expect(await login(long.slice(0, -1))).toBe(false);
    expect(await login(long.toUpperCase())).toBe(false);
  });
});
