import type { Call } from '@proofpix/contract/client';

type Server = { url: string; token: string; call: Call };

/** Where a stranger's text comes in, and the pages that show it. */
export type Source = {
  /** Each is multiplied by the strings. */
  fields: readonly string[];
  /** Puts them in; gives the addresses to look at. What the server refuses by its rules is not shown. */
  put: (server: Server, strings: readonly string[]) => Promise<readonly string[]>;
};
