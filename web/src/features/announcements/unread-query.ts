import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** How much is unread. The side bar asks on every page, so it stands alone. */
export const unreadQuery = queryOptions({
  queryKey: ['announcements', 'number of unread ones'],
  queryFn: ({ signal }) => call(routes.announcements.list, { query: { unread: true, limit: 1 }, signal }),
  staleTime: 30_000,
  refetchInterval: 60_000,
});
