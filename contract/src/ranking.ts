/**
 * The order of a search, open to everybody: docs/guide/marketplace.md explains it, `?explain=true` adds it up. Whole
 * numbers, so that a page ends exactly where the next one begins. Downloads are no part of it: whoever can script them
 * could move it (attack: discovery.test.ts).
 */
export const sortOrders = ['relevance', 'new', 'name', 'most-used', 'trending'] as const;

/** What a word of the search gets: the first that fits. Weights are those of the index. A beginning is worth less. */
export const wordPoints = [
  { term: 'name', weight: 'A', whole: true, points: 120 },
  { term: 'name', weight: 'A', whole: false, points: 85 },
  { term: 'keywords', weight: 'B', whole: true, points: 60 },
  { term: 'publisher', weight: 'D', whole: true, points: 50 },
  { term: 'keywords', weight: 'B', whole: false, points: 45 },
  { term: 'description', weight: 'C', whole: true, points: 30 },
  { term: 'description', weight: 'C', whole: false, points: 20 },
  { term: 'publisher', weight: 'D', whole: false, points: 15 },
] as const;

/** Where what was typed is the whole name. */
export const exactNamePoints = 100;

/**
 * How many organisations use it, in steps: nobody gains from one more, and fewer than three are not told apart from none.
 */
export const useSteps = [
  { organisations: 1_000, points: 60 },
  { organisations: 300, points: 50 },
  { organisations: 100, points: 40 },
  { organisations: 30, points: 30 },
  { organisations: 10, points: 20 },
  { organisations: 3, points: 10 },
] as const;

/** An organisation counts that used it on so many days of the last thirty. */
export const useDays = { days: 3, of: 30 } as const;

/** Of a version of today; one point less for every so many days. */
export const freshness = { points: 20, days: 9 } as const;

export const verdictPoints = { pass: 20, review: 10, block: 0 } as const;

export const rankingTerms = [
  'name',
  'keywords',
  'description',
  'publisher',
  'exact-name',
  'use',
  'freshness',
  'verdict',
] as const;
