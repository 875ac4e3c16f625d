import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { TooMany } from '../../http/problems.ts';

const derive = promisify(argon2);

/** Argon2id with OWASP's first choice: 19 MiB, 2 passes, 1 lane. Stored with each hash, so that they can be raised. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

/** So many are computed at once (19 MiB and a thread each), so many more may wait. Beyond that the caller comes back. */
const atOnce = 2;
const waiting = 64;
const queue: (() => void)[] = [];
let running = 0;

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await compute(password, salt, parameters);
  const { memory, passes, parallelism } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`;
}

/**
 * Takes as long for nobody (`stored` null) as for a wrong password, so that the answer's time does not tell which e-mail
 * addresses have an account. Attack: sign-in.test.ts.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored ?? '');
  const [, memory, passes, parallelism, salt, hash] = match ?? [];
  if (salt === undefined || hash === undefined) {
    await compute(password, Buffer.alloc(16), parameters);
    return false;
  }
  const expected = Buffer.from(hash, 'base64');
  const actual = await compute(password, Buffer.from(salt, 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return timingSafeEqual(actual, expected);
}

async function compute(password: string, nonce: Buffer, cost: typeof parameters): Promise<Buffer> {
  if (running >= atOnce) {
    if (queue.length >= waiting) throw new TooMany(2);
    await new Promise<void>((resolve) => queue.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await derive('argon2id', { message: password.normalize('NFC'), nonce, ...cost });
  } finally {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}

function text(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
