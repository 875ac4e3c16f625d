import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export type ReceivedMail = { to: string; from: string; headers: string; text: string; html: string };

/** A mail server on loopback that speaks SMTP and keeps what it takes. */
export type MailServer = AsyncDisposable & {
  url: string;
  received: ReceivedMail[];
  /** Answers the next recipients so, instead of taking them. */
  refuse: { code: number; times: number };
  /** How often somebody tried to hand over a mail. */
  tried: number;
};

export const mailUser = { user: 'proofpix', password: 'p@ss: word%' };

export async function startMailServer(): Promise<MailServer> {
  const server = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    onAuth({ username, password }, _session, done) {
      const right = username === mailUser.user && password === mailUser.password;
      done(right ? null : new Error('Wrong login'), right ? { user: username } : undefined);
    },
    onRcptTo({ address }, _session, done) {
      own.tried += 1;
      if (own.refuse.times <= 0) return done();
      own.refuse.times -= 1;
      done(Object.assign(new Error(`No <${address}> here`), { responseCode: own.refuse.code }));
    },
    onData(stream, session, done) {
      buffer(stream).then((bytes) => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        own.received.push({ from, to: rcptTo.map(({ address }) => address).join(','), ...read(bytes.toString()) });
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const login = `${encodeURIComponent(mailUser.user)}:${encodeURIComponent(mailUser.password)}`;
  const own: MailServer = {
    url: `smtp://${login}@127.0.0.1:${port}`,
    received: [],
    refuse: { code: 450, times: 0 },
    tried: 0,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return own;
}

/** The parts of a mail with a text and the same in HTML, as nodemailer writes it. */
export function read(mail: string): Pick<ReceivedMail, 'headers' | 'text' | 'html'> {
  const [headers = '', ...rest] = mail.replaceAll('\r\n', '\n').split('\n\n');
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? '';
  const parts = rest.join('\n\n').split(`--${boundary}`).slice(1, -1);
  const [text = '', html = ''] = parts.map((part) => {
    const [about = '', ...lines] = part.trimStart().split('\n\n');
    const body = lines.join('\n\n');
    if (/base64/i.test(about)) return Buffer.from(body, 'base64').toString();
    return /quoted-printable/i.test(about) ? unquote(body) : body;
  });
  return { headers, text, html };
}

function unquote(text: string): string {
  const joined = text.replaceAll('=\n', '');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
