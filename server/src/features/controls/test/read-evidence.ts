import { readDirectory } from '@proofpix/evidence/read-directory';
import { verifyBundle, type Verdict } from '@proofpix/evidence/verify-bundle';
import { localHeader } from '@proofpix/evidence/zip-layout';
import type { TestMember } from '../../../../test/start-server.ts';
import type { EvidenceIndex } from '../index-page.ts';

type Line = { type: string; [name: string]: unknown };

export type Evidence = {
  verdict: Verdict;
  paths: string[];
  index: EvidenceIndex;
  text(path: string): string;
  /** The first line of a file, which says what it is. */
  head(path: string): Line;
  /** The lines behind it. */
  lines(path: string): Line[];
  whole: string;
};

export function pathOf({ from, to }: { from: string; to: string }): string {
  return `/api/controls/evidence?${new URLSearchParams({ from, to })}`;
}

/** Takes evidence as somebody does, and reads it as what checks it does. */
export async function takeEvidence(member: TestMember, period: { from: string; to: string }): Promise<Evidence> {
  const reply = await member.fetch(pathOf(period));
  if (reply.status !== 200) throw new Error(await reply.text());
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const source = { size: bytes.length, read: async (at: number, length: number) => bytes.subarray(at, at + length) };
  const texts = new Map<string, string>();
  for (const entry of await readDirectory(source)) {
    const start = entry.offset + localHeader(entry).length;
    texts.set(entry.path, new TextDecoder().decode(bytes.subarray(start, start + entry.size)));
  }
  const text = (path: string) => {
    const found = texts.get(path);
    if (found === undefined) throw new Error(`There is no ${path} in it.`);
    return found;
  };
  const all = (path: string) =>
    text(path)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  return {
    verdict: await verifyBundle(source),
    paths: [...texts.keys()],
    index: JSON.parse(text('index.json')) as EvidenceIndex,
    text,
    head: (path) => all(path)[0] ?? { type: 'none' },
    lines: (path) => all(path).slice(1),
    whole: [...texts.values()].join('\n'),
  };
}
