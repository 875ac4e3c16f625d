import { routes } from '@proofpix/contract/routes';
import { routeUrl } from '@proofpix/contract/client';
import type { RunSummary } from '@proofpix/contract/runs';
import { isShown } from './photo-types.ts';

/** The server decodes no photo, so a list can only show the photo itself: small ones, when the browser can. */
const mostBytes = 1024 * 1024;

export function thumbnailOf(run: Pick<RunSummary, 'id' | 'file'>): string | undefined {
  if (run.file.size > mostBytes || !isShown(run.file.type)) return undefined;
  return photoUrl(run.id);
}

export function photoUrl(id: string): string {
  return routeUrl(routes.runs.photo, { id });
}
