import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Loaded into a server before its own code: tells whoever started it how long its event loop stood still at most. */
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('message', () => {
  process.send?.(delay.max / 1e6 - 5);
  delay.reset();
});
process.channel?.unref();
