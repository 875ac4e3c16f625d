import { lstatSync, readlinkSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Programs } from './programs.ts';
import { systemCallFilter } from './system-call-filter.ts';

/** A way to start runners on this machine. */
export type Confinement = {
  readonly programs: Programs;
  /** What gives the runner namespaces of its own: all of them, those that need no preparation, or none. */
  readonly namespaces: 'bwrap' | 'unshare' | 'none';
  /** Whether they hang in a user namespace: needed where we are not root. */
  readonly userNamespace: boolean;
  /** Each runner under a user id of its own, which only root can give. */
  readonly ownUser: boolean;
  /** Whether the kernel's calls are filtered; by bwrap only. */
  readonly filtered: boolean;
  /** Shared libraries without which Node and what stands in front of it do not start. */
  readonly libraries: readonly string[];
};

/** What is started, in the form that the spawner knows. */
export type Command = {
  readonly command: readonly string[];
  readonly filter: Buffer | null;
  readonly namespaced: boolean;
};

/** Fewer than a server has, more than a runner needs: it cannot open more, and no file that it writes can hold a byte. */
const fixedLimits = ['--core=0:0', '--fsize=0:0', '--nofile=256:256'];
/** Threads of one runner; counted by user, so only where each has one of its own. */
const ownUserLimits = ['--nproc=64:64'];
/** From bwrap's hands to the setpriv inside: what it takes to become another user, and to give that up. */
const capabilitiesToDrop = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'];

/**
 * The command line of one runner, from the outside in: limits, namespaces, user, Node.
 *
 * @param options.arguments - of Node
 * @param options.user - the id that this runner alone has
 * @param options.readable - what the runner must be able to read; nothing else is there for it under bwrap
 */
export function runnerCommand(
  confinement: Confinement,
  options: { arguments: readonly string[]; readable: readonly string[]; user: number },
): Command {
  const { programs, namespaces, ownUser } = confinement;
  const namespaced = namespaces === 'bwrap';
  const filter = confinement.filtered ? systemCallFilter() : null;
  const limits = [...fixedLimits, ...(ownUser ? ownUserLimits : [])];
  return {
    namespaced,
    filter,
    command: [
      ...(programs.prlimit === undefined ? [] : [programs.prlimit, ...limits, '--']),
      ...(namespaced ? bwrap(confinement, options.readable, filter !== null) : unshare(confinement)),
      ...setpriv(confinement, options.user),
      process.execPath,
      ...options.arguments,
    ],
  };
}

function bwrap(confinement: Confinement, readable: readonly string[], filtered: boolean): string[] {
  const { programs, userNamespace, ownUser, libraries } = confinement;
  const machine = [process.execPath, ...libraries];
  if (ownUser && programs.setpriv !== undefined) machine.push(programs.setpriv);
  const kept = ownUser ? capabilitiesToDrop : [];
  return [
    programs.bwrap ?? '',
    ...(userNamespace ? ['--unshare-user', '--uid', '65534', '--gid', '65534'] : []),
    '--unshare-ipc',
    '--unshare-pid',
    '--unshare-net',
    '--unshare-uts',
    '--unshare-cgroup-try',
    // No --new-session: there is no terminal to type into, neither open nor in /dev, and the scheduler treats a session as a
    // group of its own: on a busy machine that doubled the time of a call.
    '--die-with-parent',
    '--info-fd',
    '4',
    ...(filtered ? ['--seccomp', '5'] : []),
    '--cap-drop',
    'ALL',
    ...kept.flatMap((name) => ['--cap-add', name]),
    ...foldersOf([...machine, ...readable]).flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    // At their own paths, so that the arguments mean the same inside.
    ...machine.flatMap((path) => ['--ro-bind', path, path]),
    ...readable.flatMap(mount),
    // No /proc, no /dev, no /tmp: nothing of it is needed, and there is nothing that can be written to.
    '--remount-ro',
    '/',
    '--chdir',
    '/',
    '--',
  ];
}

function unshare({ programs, namespaces, userNamespace }: Confinement): string[] {
  if (namespaces !== 'unshare' || programs.unshare === undefined) return [];
  const user = userNamespace ? ['--user', '--map-current-user'] : [];
  return [programs.unshare, ...user, '--net', '--ipc', '--uts', '--'];
}

function setpriv({ programs, namespaces, ownUser }: Confinement, user: number): string[] {
  if (programs.setpriv === undefined || (namespaces === 'bwrap' && !ownUser)) return [];
  const id = String(user);
  return [
    programs.setpriv,
    ...(ownUser ? ['--reuid', id, '--regid', id, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'] : []),
    // Under bwrap the whole namespace dies with it.
    ...(namespaces === 'bwrap' ? [] : ['--pdeathsig', 'KILL']),
    '--no-new-privs',
    '--',
  ];
}

/** The folders above, which bwrap would make for root alone. Outer ones first. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort();
}

/** A link stays one: Node looks at where it leads. */
function mount(path: string): string[] {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/** What a runner with these arguments reads: what Node lets it read, and the files named behind. */
export function readableOf(nodeArguments: readonly string[]): string[] {
  const allowed = nodeArguments
    .filter((each) => each.startsWith('--allow-fs-read='))
    .map((each) => resolve(each.slice('--allow-fs-read='.length)))
    // Beside a package's sources stands its package.json, which Node reads to know what they are.
    .map((path) => (basename(path) === 'src' ? dirname(path) : path));
  const files = nodeArguments.filter((each) => each.startsWith('/')).map((each) => resolve(each));
  const isInside = (path: string) => allowed.some((folder) => path !== folder && path.startsWith(`${folder}/`));
  return [...new Set([...allowed, ...files])].filter((path) => !isInside(path));
}
