import { routes } from '@proofpix/contract/routes';
import { routeUrl } from '@proofpix/contract/client';

export function photoUrl(id: string): string {
  return routeUrl(routes.runs.photo, { id });
}
