import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Config, Smtp } from '../../config.ts';
import type { Log } from '../../log.ts';
import type { Composed } from './compose-mail.ts';

/** Hands a mail over. The same `id` is the same mail: a receiver who gets it twice can tell. */
export type Transport = { deliver(id: string, mail: Composed): Promise<void> };

const connectMilliseconds = 15_000;
const silentMilliseconds = 60_000;

/** Never reads a file or an address that something in a mail names. */
const closed = { disableFileAccess: true, disableUrlAccess: true } as const;

function headersOf(id: string, from: string, mail: Composed) {
  const domain = /@([^>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    ...mail,
    from,
    messageId: `<${id}@${domain}>`,
    // RFC 3834: nobody's absence note answers it.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

export function chooseTransport(config: Pick<Config, 'smtp' | 'mailFrom' | 'dataDir'>, log: Log): Transport {
  const { smtp, mailFrom, dataDir } = config;
  return smtp === undefined
    ? createOutbox(join(dataDir, 'outbox'), mailFrom, log)
    : createSmtpTransport(smtp, mailFrom);
}

/** @throws what nodemailer throws, with `code` and `responseCode` */
function createSmtpTransport(smtp: Smtp, from: string): Transport {
  const { user, password } = smtp;
  const transport = createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    requireTLS: smtp.requireTls,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: connectMilliseconds,
    greetingTimeout: connectMilliseconds,
    socketTimeout: silentMilliseconds,
    ...closed,
  });
  return {
    async deliver(id, mail) {
      await transport.sendMail(headersOf(id, from, mail));
    },
  };
}

/** Without a mail server: each mail is a file in a folder of the data, for the operator to send or to read. */
function createOutbox(folder: string, from: string, log: Log): Transport {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix', ...closed });
  return {
    async deliver(id, mail) {
      const { message } = await transport.sendMail(headersOf(id, from, mail));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${id}.eml`);
      const own = `${path}.${randomUUID()}.part`;
      {
        // Its links are as good as a password: nobody else of this machine reads it.
        await using file = await open(own, 'wx', 0o600);
        await file.writeFile(message as Buffer); // `buffer` was asked for
        await file.datasync();
      }
      await rename(own, path);
      log.info({ file: path }, 'there is no mail server: a mail lies in the outbox');
    },
  };
}
