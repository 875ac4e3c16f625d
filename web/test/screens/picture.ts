import type { Page } from 'playwright-core';
import type { Submissions } from './publishing.ts';

/** What the content of the server is called; a case only where there are cases. */
export type Made = {
  run: string;
  plainRun: string;
  plugin: string;
  case: string | undefined;
  submissions: Submissions;
};

export type Picture = {
  name: string;
  path: (made: Made) => string;
  /** What is done before the picture is taken. */
  before?: (page: Page) => Promise<unknown>;
  signedOut?: true;
  /** Only where the side bar is, or only where the tabs are. */
  only?: 'wide' | 'phone';
};

export const dialog = async (page: Page) => page.locator('dialog[open], [role=dialog]').waitFor();
