import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';
import type { AuditFilter } from './use-audit-filter.ts';

/** `of`: the trail of the organisation, or the server's own, which whoever operates it sees. */
export type TrailOf = 'organisation' | 'server';

export const auditRows = {
  organisation: { list: routes.audit.list, export: routes.audit.export, verify: routes.audit.verify },
  server: { list: routes.audit.serverList, export: routes.audit.serverExport, verify: routes.audit.serverVerify },
} as const;

export function auditQuery(of: TrailOf, filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', of, filter],
    queryFn: ({ pageParam, signal }) =>
      call(auditRows[of].list, {
        query: { ...askedBy(filter), ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Days of whoever looks, as the times of the server. */
export function askedBy({ from, to, ...filter }: AuditFilter) {
  return {
    ...filter,
    ...(from === undefined ? {} : { from: new Date(`${from}T00:00`).toISOString() }),
    ...(to === undefined ? {} : { to: dayAfter(to).toISOString() }),
  };
}

function dayAfter(day: string): Date {
  const time = new Date(`${day}T00:00`);
  time.setDate(time.getDate() + 1);
  return time;
}
