import { smallestTold } from '@proofpix/contract/publisher-analytics';
import { count } from '../../ui/format.ts';

/** Null is what the server hides. */
export function toldWords(told: number | null | undefined): string {
  return told === null || told === undefined ? `< ${smallestTold}` : count(told);
}

/** What is only known on days on which enough used it. */
export function usageWords(value: number | null | undefined, words: (value: number) => string): string {
  return value === null || value === undefined ? '–' : words(value);
}
