import { serve } from '../serve.ts';

/** What goes wrong, by the first byte of the input. The case of an index has that byte. */
serve({
  make: (random) => Uint8Array.of(random.below(2)),
  async check([kind]) {
    if (kind === 1) throw new Error('broken');
    if (kind === 2) for (;;);
    if (kind === 3) for (const kept: Uint8Array[] = []; ;) kept.push(new Uint8Array(8 * 1024 * 1024).fill(1));
    if (kind === 4) process.kill(process.pid, 'SIGSEGV');
    if (kind === 5) void Promise.reject(new Error('nobody waits for this'));
    if (kind === 6) await new Promise(() => {});
  },
});
