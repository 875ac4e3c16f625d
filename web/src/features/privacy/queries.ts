import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

const all = ['privacy'] as const;

export const settingsQuery = queryOptions({
  queryKey: [...all, 'settings'],
  queryFn: ({ signal }) => call(routes.privacy.settings, { signal }),
});

export const proofsQuery = queryOptions({
  queryKey: [...all, 'proofs'],
  queryFn: async ({ signal }) => (await call(routes.privacy.retentionRuns, { query: { limit: 10 }, signal })).items,
});

export const erasuresQuery = queryOptions({
  queryKey: [...all, 'erasures'],
  queryFn: async ({ signal }) => (await call(routes.privacy.erasures, { query: { limit: 25 }, signal })).items,
});

export const noticesQuery = queryOptions({
  queryKey: [...all, 'notices'],
  queryFn: async ({ signal }) => (await call(routes.privacy.notices, { query: { limit: 25 }, signal })).items,
});

export const organisationErasureQuery = queryOptions({
  queryKey: [...all, 'organisation'],
  queryFn: ({ signal }) => call(routes.organisations.getErasure, { signal }),
});
