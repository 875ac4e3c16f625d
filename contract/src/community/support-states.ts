/** Where a support request stands. */
export const supportStates = {
  open: 'Waits for the publisher',
  answered: 'The publisher answered',
  waiting: 'The publisher waits for something from the customer',
  solved: 'Solved',
  closed: 'Closed',
} as const;
export type SupportState = keyof typeof supportStates;
export const supportStateNames = Object.keys(supportStates) as SupportState[]; // keys of a constant object

export function isEnded(state: SupportState): boolean {
  return state === 'solved' || state === 'closed';
}
