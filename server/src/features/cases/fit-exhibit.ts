import type { CaseReport } from '@proofpix/contract/cases';
import { Problem } from '@proofpix/contract/errors';

type Exhibit = CaseReport['exhibits'][number];
type Omitted = NonNullable<Exhibit['omitted']>[number];

/** JSON of a metadata value that is longer than this many characters goes before short ones do. */
const longValue = 500;

/** What is left out, least needed first: each one on top of those before. */
const reductions: readonly { omits: Omitted; reduce: (exhibit: Exhibit) => Exhibit }[] = [
  {
    // The merged view says the same once more.
    omits: 'steps.result',
    reduce: (exhibit) => ({ ...exhibit, steps: exhibit.steps.map((step) => ({ ...step, result: undefined })) }),
  },
  { omits: 'sources', reduce: (exhibit) => ({ ...exhibit, sources: {} }) },
  {
    omits: 'metadata.long',
    reduce: (exhibit) => ({
      ...exhibit,
      metadata: Object.fromEntries(Object.entries(exhibit.metadata).filter(([, value]) => isShort(value))),
      conflicts: exhibit.conflicts.filter(({ values }) => values.every(({ value }) => isShort(value))),
    }),
  },
  { omits: 'metadata', reduce: (exhibit) => ({ ...exhibit, metadata: {}, conflicts: [] }) },
];

/**
 * The exhibit in at most so many bytes of JSON, with the names of what had to be left out for it.
 * @throws Problem case_too_large
 */
export function fitExhibit(whole: Exhibit, most: number): { exhibit: Exhibit; bytes: number } {
  let exhibit = whole;
  let bytes = jsonBytes(exhibit);
  const omitted: Omitted[] = [];
  for (const { omits, reduce } of reductions) {
    if (bytes <= most) break;
    omitted.push(omits);
    exhibit = { ...reduce(exhibit), omitted: [...omitted] };
    bytes = jsonBytes(exhibit);
  }
  if (bytes > most)
    throw new Problem(
      'case_too_large',
      `Exhibit ${whole.number} alone needs ${bytes} bytes and has ${Math.max(0, Math.floor(most))}: split the case, or delete long notes.`,
    );
  return { exhibit, bytes };
}

/** With the comma behind it. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}

function isShort(value: unknown): boolean {
  return JSON.stringify(value).length <= longValue;
}
