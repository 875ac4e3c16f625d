import type { RouteReply } from '@proofpix/contract/route';
import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

export type OpenReview = RouteReply<typeof routes.accessReviews.open>;
export type ReviewedMember = OpenReview['members'][number];
export type ReviewedToken = OpenReview['tokens'][number];

export const openReviewQuery = queryOptions({
  queryKey: ['members', 'review'],
  queryFn: ({ signal }) => call(routes.accessReviews.open, { signal }),
});
