/**
 * What the kernel does for a runner, as a program for seccomp that bwrap installs before anything of it runs: an owned
 * runner meets a fraction of the kernel. No sockets, no processes, no io_uring (which works past such a filter), no
 * ptrace, nothing that makes or changes files. What is not listed does not exist (ENOSYS), so that the C library and
 * libuv take their older ways where they have some.
 */
type Numbers = { readonly x64: readonly number[]; readonly arm64: readonly number[] };

const allowed: readonly Numbers[] = [
  // Bytes, and files that can be read: read, readv, write, writev, pread64, preadv, close, close_range, fstat, newfstatat, statx, lseek, dup, dup3, fcntl, openat, faccessat, faccessat2, readlinkat, getcwd, getdents64.
  {
    x64: [0, 19, 1, 20, 17, 295, 3, 436, 5, 262, 332, 8, 32, 292, 72, 257, 269, 439, 267, 79, 217],
    arm64: [63, 65, 64, 66, 67, 69, 57, 436, 80, 79, 291, 62, 23, 24, 25, 56, 48, 439, 78, 17, 61],
  },
  // Memory: mmap, munmap, mremap, mprotect, madvise, brk, mincore, membarrier, pkey_alloc, pkey_free, pkey_mprotect.
  {
    x64: [9, 11, 25, 10, 28, 12, 27, 324, 330, 331, 329],
    arm64: [222, 215, 216, 226, 233, 214, 232, 283, 289, 290, 288],
  },
  // Threads, and who one is: futex, futex_waitv, set_robust_list, get_robust_list, rseq, set_tid_address, gettid, getpid, getppid, getuid, geteuid, getgid, getegid, getresuid, getresgid, getgroups, getpgid, getsid.
  {
    x64: [202, 449, 273, 274, 334, 218, 186, 39, 110, 102, 107, 104, 108, 118, 120, 115, 121, 124],
    arm64: [98, 449, 99, 100, 293, 96, 178, 172, 173, 174, 175, 176, 177, 148, 150, 158, 155, 156],
  },
  // Signals: rt_sigaction, rt_sigprocmask, rt_sigreturn, rt_sigtimedwait, sigaltstack, kill, tgkill, restart_syscall.
  { x64: [13, 14, 15, 128, 131, 62, 234, 219], arm64: [134, 135, 139, 137, 132, 129, 131, 128] },
  // Clocks and the machine: clock_gettime, clock_getres, clock_nanosleep, nanosleep, gettimeofday, times, getrusage, sysinfo, uname.
  { x64: [228, 229, 230, 35, 96, 100, 98, 99, 63], arm64: [113, 114, 115, 101, 169, 153, 165, 179, 160] },
  // Scheduling: sched_yield, sched_getaffinity, sched_getparam, sched_getscheduler, sched_get_priority_max, sched_get_priority_min, getpriority.
  { x64: [24, 204, 143, 145, 146, 147, 140], arm64: [124, 123, 121, 120, 125, 126, 141] },
  // Waiting: epoll_create1, epoll_ctl, epoll_pwait, epoll_pwait2, eventfd2, pipe2, timerfd_create, timerfd_settime, ppoll, pselect6.
  { x64: [291, 233, 281, 441, 290, 293, 283, 286, 271, 270], arm64: [20, 21, 22, 441, 19, 59, 85, 86, 73, 72] },
  // The rest, to the end: getrandom, getrlimit, shutdown, getsockname, getpeername, getsockopt, exit, exit_group, wait4, waitid.
  { x64: [318, 97, 48, 51, 52, 55, 60, 231, 61, 247], arm64: [278, 163, 210, 204, 205, 209, 93, 94, 260, 95] },
  // Until Node runs: afterwards there is nobody to become and no other program: execve, capget, capset, setresuid, setresgid, setgroups.
  { x64: [59, 125, 126, 117, 119, 116], arm64: [221, 90, 91, 147, 149, 159] },
  // Older forms, on x64 alone: access, arch_prctl, epoll_wait, open, poll, readlink, select, stat, lstat, time.
  { x64: [21, 158, 232, 2, 7, 89, 23, 4, 6, 201], arm64: [] },
];

type Architecture = {
  /** AUDIT_ARCH_…: the same numbers mean other calls on another one. */
  audit: number;
  clone: number;
  prctl: number;
  ioctl: number;
  prlimit64: number;
};

const architectures: { readonly [name: string]: Architecture & { name: keyof Numbers } } = {
  x64: { name: 'x64', audit: 0xc000003e, clone: 56, prctl: 157, ioctl: 16, prlimit64: 302 },
  arm64: { name: 'arm64', audit: 0xc00000b7, clone: 220, prctl: 167, ioctl: 29, prlimit64: 261 },
};

/** A new thread is one of this process; anything else that `clone` makes is another process. */
const cloneThread = 0x10000;
/** PR_GET_DUMPABLE, PR_[SG]ET_KEEPCAPS, PR_[SG]ET_NAME, PR_CAPBSET_*, PR_[SG]ET_SECUREBITS, PR_[SG]ET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_SET_VMA. Not PR_SET_DUMPABLE: it would hide the process from its watchdog. */
const prctlOptions = [3, 7, 8, 15, 16, 23, 24, 27, 28, 38, 39, 47, 0x53564d41];
/** FIOCLEX, FIONBIO, FIONREAD, TCGETS. */
const ioctlRequests = [0x5451, 0x5421, 0x541b, 0x5401];

const errno = { EPERM: 1, EINVAL: 22, ENOTTY: 25, ENOSYS: 38 };
const allow = 0x7fff0000;
const refuse = (code: number): number => 0x00050000 | code;
const killProcess = 0x80000000;

/** Offsets in struct seccomp_data; the arguments are 64 bits wide, little end first. */
const at = { number: 0, architecture: 4, argument: (index: number) => 16 + 8 * index };

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];
const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const answer = (value: number): Instruction => [0x06, 0, 0, value];
/** Skips so many instructions when the loaded value is, or is not, the given one. */
const isEqual = (value: number, then: number, otherwise: number): Instruction => [0x15, then, otherwise, value];
const hasBits = (value: number, then: number, otherwise: number): Instruction => [0x45, then, otherwise, value];

/** The program in the form in which the kernel reads it; null for a processor whose numbers we do not know. */
export function systemCallFilter(architecture: string = process.arch): Buffer | null {
  const machine = architectures[architecture];
  if (machine === undefined) return null;
  const program: Instruction[] = [
    load(at.architecture),
    isEqual(machine.audit, 1, 0),
    answer(killProcess),
    load(at.number),
    ...allowed.flatMap((group) => group[machine.name]).flatMap((number) => [isEqual(number, 0, 1), answer(allow)]),
    ...when(machine.clone, [
      load(at.argument(0)),
      hasBits(cloneThread, 0, 1),
      answer(allow),
      answer(refuse(errno.EPERM)),
    ]),
    ...when(machine.prctl, oneOf(at.argument(0), prctlOptions, errno.EINVAL)),
    ...when(machine.ioctl, oneOf(at.argument(1), ioctlRequests, errno.ENOTTY)),
    // Reading limits is fine; new ones are given where the third argument is not null.
    ...when(machine.prlimit64, [
      load(at.argument(2)),
      isEqual(0, 0, 3),
      load(at.argument(2) + 4),
      isEqual(0, 0, 1),
      answer(allow),
      answer(refuse(errno.EPERM)),
    ]),
    answer(refuse(errno.ENOSYS)),
  ];
  return Buffer.concat(program.map(encode));
}

/** For one system call: what is decided there ends in an answer. Its number is loaded before and, when it is another, still. */
function when(number: number, decide: readonly Instruction[]): Instruction[] {
  return [isEqual(number, 0, decide.length), ...decide];
}

function oneOf(offset: number, values: readonly number[], otherwise: number): Instruction[] {
  return [load(offset), ...values.flatMap((value) => [isEqual(value, 0, 1), answer(allow)]), answer(refuse(otherwise))];
}

/** struct sock_filter. */
function encode([code, ifTrue, ifFalse, value]: Instruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
