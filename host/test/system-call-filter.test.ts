import { describe, expect, it } from 'vitest';
import { systemCallFilter } from '@proofpix/host/layers/system-call-filter';

type SystemCall = { architecture: number; number: number; arguments?: readonly bigint[] };

/** What the kernel does with the program, for the four instructions that it consists of. */
function judge(program: Buffer, call: SystemCall): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number, 0);
  data.writeUInt32LE(call.architecture, 4);
  for (const [index, value] of (call.arguments ?? []).entries()) data.writeBigUInt64LE(value, 16 + 8 * index);
  let loaded = 0;
  for (let at = 0; at < program.length; at += 8) {
    const [code, value] = [program.readUInt16LE(at), program.readUInt32LE(at + 4)];
    if (code === 0x20) loaded = data.readUInt32LE(value);
    else if (code === 0x06) return value;
    else {
      const holds = code === 0x15 ? loaded === value : (loaded & value) !== 0;
      at += 8 * program.readUInt8(at + (holds ? 2 : 3));
    }
  }
  throw new Error('The program has no answer: the kernel refuses it.');
}

const allow = 0x7fff0000;
const refusal = { EPERM: 0x50001, EINVAL: 0x50016, ENOTTY: 0x50019, ENOSYS: 0x50026 };
const thread = 0x3d0f00n;
const child = 0x1200011n;

describe.each([
  {
    name: 'x64',
    architecture: 0xc000003e,
    read: 0,
    execve: 59,
    clone: 56,
    prctl: 157,
    ioctl: 16,
    prlimit64: 302,
    refused: {
      socket: 41,
      fork: 57,
      ptrace: 101,
      mount: 165,
      unshare: 272,
      process_vm_writev: 311,
      bpf: 321,
      io_uring_setup: 425,
      clone3: 435,
      setsid: 112,
      unlink: 87,
      rename: 82,
      mkdir: 83,
      sendmsg: 46,
      setrlimit: 160,
      x32_read: 0x40000000,
    },
  },
  {
    name: 'arm64',
    architecture: 0xc00000b7,
    read: 63,
    execve: 221,
    clone: 220,
    prctl: 167,
    ioctl: 29,
    prlimit64: 261,
    refused: {
      socket: 198,
      ptrace: 117,
      mount: 40,
      unshare: 97,
      process_vm_writev: 271,
      bpf: 280,
      io_uring_setup: 425,
      clone3: 435,
      setsid: 157,
      unlinkat: 35,
      renameat: 38,
      mkdirat: 34,
      sendmsg: 211,
      setrlimit: 164,
    },
  },
])('the filter of system calls on $name', ({ name, architecture, refused, ...numbers }) => {
  const program = systemCallFilter(name) ?? Buffer.alloc(0);
  const ask = (number: number, ...given: bigint[]) => judge(program, { architecture, number, arguments: given });

  it('lets through what a runner needs', () => {
    expect(ask(numbers.read)).toBe(allow);
    // Node itself is started behind it.
    expect(ask(numbers.execve)).toBe(allow);
    expect(ask(numbers.clone, thread)).toBe(allow);
  });

  it('knows nothing else: no sockets, files that are made or changed, tracing, namespaces, or ways around it', () => {
    for (const [call, number] of Object.entries(refused)) expect(ask(number), call).toBe(refusal.ENOSYS);
  });

  it('lets a runner make threads, not processes, by whatever flags', () => {
    expect(ask(numbers.clone, child)).toBe(refusal.EPERM);
    // CLONE_NEWUSER
    expect(ask(numbers.clone, 0x10000000n)).toBe(refusal.EPERM);
  });

  it('lets a runner read its limits, not change them', () => {
    expect(ask(numbers.prlimit64, 0n, 2n, 0n)).toBe(allow);
    expect(ask(numbers.prlimit64, 0n, 2n, 4096n)).toBe(refusal.EPERM);
    expect(ask(numbers.prlimit64, 0n, 2n, 0x7f0000000000n)).toBe(refusal.EPERM);
  });

  it('does not let a runner hide from who watches it, or type into a terminal', () => {
    const [dumpable, setName, typeInto, isTerminal] = [4n, 15n, 0x5412n, 0x5401n];
    expect(ask(numbers.prctl, dumpable, 0n)).toBe(refusal.EINVAL);
    expect(ask(numbers.prctl, setName)).toBe(allow);
    expect(ask(numbers.ioctl, 0n, typeInto)).toBe(refusal.ENOTTY);
    expect(ask(numbers.ioctl, 0n, isTerminal)).toBe(allow);
  });

  it('ends who calls by the numbers of another architecture', () => {
    expect(judge(program, { architecture: 0x40000003, number: numbers.read })).toBe(0x80000000);
  });
});

it('there is no filter for a processor whose numbers are not known', () => {
  expect(systemCallFilter('riscv64')).toBeNull();
});
