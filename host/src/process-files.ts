import { closeSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';

/** What the operating system says about a runner, read from outside, so that nothing in it can lie. */
export type ProcessReading = {
  cpuMilliseconds: number;
  residentBytes: number;
  /** Resident without pages of files: the pages of Node's own code that a plugin happens to touch first are not held by it. */
  ownBytes: number;
};

const KB = 1024;
const { pageBytes, ticksPerSecond } = readUnits();
// All reads are synchronous and end in this buffer before anything else runs.
const scratch = Buffer.alloc(4 * KB);

/**
 * The files of one process under /proc, opened once: a read is then a few microseconds, and the descriptors can never
 * come to mean another process that got the same number. Without /proc (macOS, Windows) every read gives null.
 */
export class ProcessFiles {
  readonly #pid: number;
  readonly #stat: number | null;
  readonly #statm: number | null;
  readonly #status: number | null;

  constructor(pid: number) {
    this.#pid = pid;
    this.#stat = open(`/proc/${pid}/stat`);
    this.#statm = open(`/proc/${pid}/statm`);
    this.#status = open(`/proc/${pid}/status`);
  }

  read(): ProcessReading | null {
    const stat = read(this.#stat);
    const statm = read(this.#statm);
    if (stat === null || statm === null) return null;
    const fields = behindName(stat).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const [, resident, shared] = statm.split(' ').map(Number);
    return {
      cpuMilliseconds: (ticks * 1_000) / ticksPerSecond,
      residentBytes: (resident ?? 0) * pageBytes,
      ownBytes: ((resident ?? 0) - (shared ?? 0)) * pageBytes,
    };
  }

  /** The most of its own that was ever resident since `forgetPeak`, and the data segment that `prlimit --data` counts. */
  readPeak(): { ownBytes: number; dataBytes: number } | null {
    const status = read(this.#status) ?? '';
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) * KB;
    // File pages only grow in number, so at the peak there were at most as many as now.
    const peak = { ownBytes: bytes('VmHWM') - bytes('RssFile'), dataBytes: bytes('VmData') };
    return Number.isNaN(peak.ownBytes + peak.dataBytes) ? null : peak;
  }

  /** Whether any of its threads runs or wants to; true where that cannot be known. */
  isBusy(): boolean {
    try {
      const tasks = `/proc/${this.#pid}/task`;
      return readdirSync(tasks).some((task) =>
        /^[RD]/.test(behindName(readFileSync(`${tasks}/${task}/stat`, 'latin1'))),
      );
    } catch {
      return true;
    }
  }

  /** Lets the peak begin anew from what is resident now. Only while the process is known to run. */
  forgetPeak(): void {
    try {
      writeFileSync(`/proc/${this.#pid}/clear_refs`, '5');
    } catch {
      // Not on Linux, or a kernel without it: the peak then includes the boot.
    }
  }

  close(): void {
    for (const descriptor of [this.#stat, this.#statm, this.#status]) {
      if (descriptor !== null) closeSync(descriptor);
    }
  }
}

/** Fields are counted behind the name, which may itself hold spaces and brackets. */
function behindName(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2);
}

function open(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

function read(descriptor: number | null): string | null {
  if (descriptor === null) return null;
  try {
    return scratch.toString('latin1', 0, readSync(descriptor, scratch, 0, scratch.length, 0));
  } catch {
    return null; // The process is gone.
  }
}

/** Page size and clock ticks differ between kernels (arm64 has pages of 4, 16 or 64 kB): the kernel hands them to each process. */
function readUnits(): { pageBytes: number; ticksPerSecond: number } {
  const units = { pageBytes: 4 * KB, ticksPerSecond: 100 };
  try {
    const auxiliary = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= auxiliary.length; at += 16) {
      const value = Number(auxiliary.readBigUInt64LE(at + 8));
      const key = auxiliary.readBigUInt64LE(at);
      if (key === 6n) units.pageBytes = value;
      if (key === 17n) units.ticksPerSecond = value;
    }
  } catch {
    // Not on Linux: nothing is measured anyway.
  }
  return units;
}
