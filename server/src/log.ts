import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

const secretNames = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'passwordHash',
  'password_hash',
  'token',
  'accessToken',
  'refreshToken',
  'challenge',
  'recoveryCodes',
  'tokenHash',
  'token_hash',
  'code',
  'code_hash',
  'secret',
  'secrets',
  'databaseUrl',
  'DATABASE_URL',
];

/** `code` is also the name of every error's code, which must stay readable: only a code in a body or query is a secret. */
const paths = secretNames.flatMap((name) => {
  const key = /^\w+$/.test(name) ? `.${name}` : `["${name}"]`;
  const anywhere = name === 'code' ? [] : [key.replace(/^\./, ''), `*${key}`, `*.*${key}`];
  return [
    ...anywhere,
    `body${key}`,
    `query${key}`,
    `headers${key}`,
    `req.body${key}`,
    `req.query${key}`,
    `req.headers${key}`,
  ];
});

/** JSON lines on standard output. What people prove themselves with never stands in them, at the usual depths. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, base: undefined, redact: { paths, censor: '[redacted]' } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
