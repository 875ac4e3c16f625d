import { existsSync } from 'node:fs';
import type { Confinement } from './command.ts';
import { librariesOf } from './libraries.ts';
import type { Programs } from './programs.ts';

/** The ways in which runners might be started here, the strongest first; the last always works. */
export async function candidates(programs: Programs, isRoot: boolean): Promise<Confinement[]> {
  const libraries = await neededLibraries(programs);
  const base: Confinement = {
    programs,
    namespaces: 'none',
    userNamespace: false,
    ownUser: false,
    filtered: false,
    libraries,
  };
  const canBe = { ownUser: isRoot && programs.setpriv !== undefined };
  const found: Confinement[] = [];
  if (programs.bwrap !== undefined) {
    const bwrap = { ...base, namespaces: 'bwrap' } as const;
    for (const filtered of [true, false]) {
      if (canBe.ownUser) found.push({ ...bwrap, filtered, ownUser: true });
      // Also for root, where another user could not read our files.
      found.push({ ...bwrap, filtered, userNamespace: true });
    }
  }
  // setpriv stands behind it, to tie the runner to us.
  if (programs.unshare !== undefined && programs.setpriv !== undefined) {
    const unshare = { ...base, namespaces: 'unshare' } as const;
    if (canBe.ownUser) found.push({ ...unshare, ownUser: true });
    if (isRoot) found.push(unshare);
    else found.push({ ...unshare, userNamespace: true });
  }
  if (canBe.ownUser) found.push({ ...base, ownUser: true });
  if (programs.setpriv !== undefined) found.push(base);
  const { prlimit } = programs;
  if (prlimit !== undefined) found.push({ ...base, programs: { prlimit } });
  return [...found, { ...base, programs: {} }];
}

async function neededLibraries({ bwrap, setpriv }: Programs): Promise<string[]> {
  if (bwrap === undefined) return [];
  const used = [process.execPath, ...(setpriv === undefined ? [] : [setpriv])];
  const lists = await Promise.all(used.map(librariesOf));
  // Where the loader does not tell: all there are.
  if (lists.includes(null)) return ['/lib', '/lib64', '/usr/lib'].filter((folder) => existsSync(folder));
  return [...new Set(lists.flatMap((list) => list ?? []))];
}
