import { wantsColour } from './config.ts';

type Stream = NodeJS.WriteStream;

export type Paint = {
  strong(text: string): string;
  quiet(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warning(text: string): string;
};

/** Colours for people on a terminal; the plain text for everything else. */
export function paintFor(stream: { isTTY?: boolean }): Paint {
  const on = wantsColour(stream);
  const wrap = (open: number, close: number) => (text: string) =>
    on ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { strong: wrap(1, 22), quiet: wrap(2, 22), good: wrap(32, 39), bad: wrap(31, 39), warning: wrap(33, 39) };
}

export type Progress = {
  /** Redraws the bar; nothing where nobody looks. */
  show(done: number, total: number, text: string): void;
  /** Takes the bar away, so that something else can be written. */
  clear(): void;
};

const barWidth = 24;
/** Drawing costs more than a small photo does. */
const redrawMilliseconds = 80;

/** One line on a terminal that is drawn over; on anything else nothing, because lines cannot be taken back there. */
export function progressOn(stream: Stream): Progress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let shownAt = 0;
  let isShown = false;
  return {
    show(done, total, text) {
      const now = performance.now();
      if (now - shownAt < redrawMilliseconds && done < total) return;
      shownAt = now;
      isShown = true;
      const filled = total === 0 ? barWidth : Math.round((done / total) * barWidth);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done}/${total} `;
      const room = Math.max(0, (stream.columns ?? 80) - bar.length - 1);
      stream.write(`\r\u001b[2K${bar}${text.slice(0, room)}`);
    },
    clear() {
      if (isShown) stream.write('\r\u001b[2K');
      isShown = false;
      shownAt = 0;
    },
  };
}

export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** `1 photo`, `2 photos`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
