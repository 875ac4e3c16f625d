import { AnswerFault } from './check-answer.ts';

export type Collector = {
  /** True when everything is there. @throws AnswerFault when there is more than was announced */
  add(bytes: Uint8Array): boolean;
  readonly contents: readonly Uint8Array[];
};

/** Fills contents of known sizes, one behind the other, from a stream. Each gets its memory when its turn has come. */
export function createCollector(sizes: readonly number[]): Collector {
  const contents: Uint8Array[] = [];
  let filled = 0;

  function openNext(): boolean {
    while (contents.length < sizes.length) {
      const size = sizes[contents.length] ?? 0;
      contents.push(new Uint8Array(size));
      filled = 0;
      if (size > 0) return true;
    }
    return false;
  }

  function room(): number {
    return (contents.at(-1)?.length ?? 0) - filled;
  }

  return {
    contents,
    add(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (room() === 0 && !openNext()) throw new AnswerFault('It sent more than it announced.');
        const taken = bytes.subarray(at, at + room());
        contents.at(-1)?.set(taken, filled);
        filled += taken.length;
        at += taken.length;
      }
      // Empty files at the end have no bytes to come.
      if (room() > 0) return false;
      while (contents.length < sizes.length && sizes[contents.length] === 0) {
        contents.push(new Uint8Array(0));
        filled = 0;
      }
      return contents.length === sizes.length;
    },
  };
}
