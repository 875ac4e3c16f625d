import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../config.ts';
import { createLog } from '../../log.ts';
import { composeMail } from './compose-mail.ts';
import type { Mail } from './mail.ts';
import { read } from './test/mail-server.ts';
import { chooseTransport } from './transport.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-outbox-'));
});
afterAll(() => rm(folder, { recursive: true }));

const invitation = (over: object = {}): Mail => ({
  to: 'ada@example.org',
  language: 'en',
  message: {
    kind: 'invitation',
    organisation: 'Northgate',
    inviter: 'Mara Lindqvist',
    role: 'viewer',
    token: 'T'.repeat(43),
    ...over,
  },
});

test('without a mail server each mail is a file that only the server reads, and the log tells where and no link', async () => {
  const lines: string[] = [];
  const log = createLog(
    'info',
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const transport = chooseTransport({ ...readConfig({ DATA_DIR: folder }), smtp: undefined }, log);
  const mail = composeMail(invitation(), 'https://photos.example.org');
  // The same mail twice, as after a crash, is one file.
  await transport.deliver('11111111-1111-4111-8111-111111111111', mail);
  await transport.deliver('11111111-1111-4111-8111-111111111111', mail);
  const files = await readdir(join(folder, 'outbox'));
  expect(files).toEqual(['11111111-1111-4111-8111-111111111111.eml']);
  const path = join(folder, 'outbox', files[0] ?? '');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const { headers, text, html } = read(await readFile(path, 'utf8'));
  const link = `https://photos.example.org/invitation#token=${'T'.repeat(43)}`;
  expect(text).toContain(`See the invitation:\n${link}\n`);
  expect(html).toContain(`<a href="${link}">See the invitation</a>`);
  expect(headers).toMatch(/^To: ada@example\.org$/m);
  expect(headers).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(lines).toHaveLength(2);
  expect(lines.join('')).toContain(path);
  expect(lines.join('')).not.toContain('TTTT');
  expect(lines.join('')).not.toContain('ada@');
});

test.each([
  'ada@example.org\r\nBcc: all@example.org',
  'ada@example.org, all@example.org',
  'Ada <ada@example.org>',
  'ada@example.org\0',
  '"ada\r\n"@example.org',
  'ada',
])('an address that is not one address (%j) gets no mail', (to) => {
  expect(() => composeMail({ ...invitation(), to }, 'https://photos.example.org')).toThrow('not one address');
});

test('names write no header, no tag, no line and no link of their own', async () => {
  const names = { organisation: 'North\r\nBcc: all@example.org', inviter: '<b>You won</b> at https://evil.example/x' };
  const mail = composeMail(invitation(names), 'https://photos.example.org');
  const log = createLog('silent');
  await chooseTransport({ ...readConfig({ DATA_DIR: folder }), smtp: undefined }, log).deliver('names', mail);
  const { headers, text, html } = read(await readFile(join(folder, 'outbox', 'names.eml'), 'utf8'));
  expect(headers).not.toMatch(/^Bcc/im);
  expect(headers).toContain('North Bcc');
  expect(html).not.toContain('<b>');
  for (const part of [text, html]) expect(part).not.toMatch(/evil\.example|https?:\/\/(?!photos\.example\.org\/)/);
});

test('it is written in the language that was asked for', () => {
  const { subject, text } = composeMail({ ...invitation(), language: 'de' }, 'https://photos.example.org');
  expect(subject).toBe('Einladung zu Northgate auf ProofPix');
  expect(text).toContain('Betrachter');
});

test('a mail server is set with its sender, and TLS is needed but for this machine', () => {
  const smtpOf = (url: string) => readConfig({ SMTP_URL: url, MAIL_FROM: 'ProofPix <p@example.org>' }).smtp;
  expect(smtpOf('smtps://u:p%40%25@mail.example.org')).toEqual({
    host: 'mail.example.org',
    port: 465,
    secure: true,
    requireTls: false,
    user: 'u',
    password: 'p@%',
  });
  expect(smtpOf('smtp://mail.example.org')).toMatchObject({ port: 587, secure: false, requireTls: true });
  expect(smtpOf('smtp://mail.example.org?tls=optional')).toMatchObject({ requireTls: false });
  expect(smtpOf('smtp://127.0.0.1:2525')).toMatchObject({ port: 2525, requireTls: false });
  expect(() => readConfig({ SMTP_URL: 'smtp://mail.example.org' })).toThrow('MAIL_FROM is missing');
  expect(() => readConfig({ MAIL_FROM: 'a@example.org\r\nBcc: b@example.org' })).toThrow('MAIL_FROM must be');
  for (const wrong of ['https://mail.example.org', 'smtp://u:SECRET@mail.example.org/x', 'smtp://u:SECRET@m?tls=no']) {
    expect(() => smtpOf(wrong)).toThrow(/^SMTP_URL must be (?!.*SECRET)/);
  }
});
