import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

export const singleSignOnQuery = queryOptions({
  queryKey: ['single sign-on'],
  queryFn: ({ signal }) => call(routes.singleSignOn.get, { signal }),
});
