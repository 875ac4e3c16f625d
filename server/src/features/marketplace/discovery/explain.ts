import type { Explanation } from '@proofpix/contract/api/marketplace';
import { wordPoints } from '@proofpix/contract/ranking';
import type { Hit } from './search/queries.ts';

/** The points that made the order, term by term: they are what the database added up, not worked out again. */
export function explain(hit: Hit, words: readonly string[]): Explanation {
  const found = words.flatMap((word, index) => {
    const points = hit.words[index] ?? 0;
    const field = wordPoints.find((each) => each.points === points);
    return field === undefined ? [] : [{ term: field.term, points, word }];
  });
  const rest = [
    { term: 'exact-name', points: hit.exact },
    { term: 'use', points: hit.use },
    { term: 'freshness', points: hit.fresh },
    { term: 'verdict', points: hit.verdict },
  ] as const;
  return { score: hit.score, terms: [...found, ...rest.filter(({ points }) => points !== 0)] };
}
