import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { hashPassword } from './passwords.ts';

/** Whose password it becomes; what is not known is left out. */
export type PasswordOwner = { email?: string; name?: string; organisation?: string };

/** Words of ours that say nothing: docs/security/sign-in.md lists them. */
const ownWords = ['proofpix', 'photo', 'evidence', 'password', 'passwort', 'admin', 'owner'];
/** Shorter parts of names are in many good passwords. */
const shortestWord = 4;
/** Letters and digits that have to be left when those words are taken out. */
const leastLeft = 5;

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * The hash of a password that somebody chose. Guessing begins with what most people choose, then with what is known of the
 * person: neither is taken, whatever its case. @throws Problem password_common
 */
export async function hashChosenPassword(password: string, owner: PasswordOwner): Promise<string> {
  common ??= readCommon();
  const folded = password.normalize('NFC').toLowerCase();
  if ((await common).has(folded) || saysLittle(folded, owner)) throw new Problem('password_common');
  return hashPassword(password);
}

async function readCommon(): Promise<ReadonlySet<string>> {
  const text = await readFile(join(import.meta.dirname, 'common-passwords.txt'), 'utf8');
  return new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('# ')));
}

function saysLittle(folded: string, { email = '', name = '', organisation = '' }: PasswordOwner): boolean {
  const theirs = [email, name, organisation].flatMap((text) =>
    text
      .normalize('NFC')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u),
  );
  const words = [...ownWords, ...theirs].filter((word) => word.length >= shortestWord);
  // The longest first: "anna" must not leave "lena" of "annalena".
  const left = words.toSorted((a, b) => b.length - a.length).reduce((text, word) => text.replaceAll(word, ' '), folded);
  const distinct = new Set(left.match(/[\p{L}\p{N}]/gu));
  return [...left.matchAll(/[\p{L}\p{N}]/gu)].length < leastLeft || distinct.size < 3;
}
