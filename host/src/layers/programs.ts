import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Programs of the machine that build the layers; each may be missing. Only folders that root alone may write to. */
export type Programs = { readonly [name in (typeof names)[number]]?: string };

const names = ['bwrap', 'setpriv', 'prlimit', 'unshare'] as const;
const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin'];

function find(): Programs {
  if (process.platform !== 'linux') return {};
  const found = names.map((name) => [name, folders.map((folder) => join(folder, name)).find(existsSync)] as const);
  return Object.fromEntries(found.filter(([, path]) => path !== undefined));
}

export const programs = find();
