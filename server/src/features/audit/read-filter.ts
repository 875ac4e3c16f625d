import type { auditRoutes } from '@proofpix/contract/api/audit';
import { Problem } from '@proofpix/contract/errors';
import type { RouteQuery } from '@proofpix/contract/route';
import type { ActFilter } from './queries.ts';

type Query = Omit<RouteQuery<typeof auditRoutes.list>, 'cursor' | 'limit'>;

/** @throws Problem invalid_request */
export function readFilter({ from, to, ...rest }: Query): ActFilter {
  return { ...rest, from: timeOf('from', from), to: timeOf('to', to) };
}

/** The form was checked by the row; that there is such a day was not. */
function timeOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  // The bounds are those of what databases and ISO texts of four digits can say; there is nothing beyond them.
  if (Number.isFinite(time)) return new Date(Math.min(Math.max(time, 0), Date.UTC(9_999, 0)));
  throw new Problem('invalid_request', undefined, [{ field, message: 'is not a time' }]);
}
