import { requestsPerMonth } from '@proofpix/contract/access';
import type { Usage } from '@proofpix/contract/api/usage';
import { rateLimitNames, rateLimits, type RateLimitName } from '@proofpix/contract/rate-limits';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { monthOf, nextMonth, type RequestCounts } from './count-requests.ts';
import { listMonths } from './queries.ts';

export type UsageParts = {
  db: Database;
  counts: RequestCounts;
  /** As the operator set them; 0 for none. */
  allowed: Readonly<Record<RateLimitName, number>>;
};

const shownMonths = 12;

export async function readUsage({ db, counts, allowed }: UsageParts, caller: Caller): Promise<Usage> {
  const { organisationId, plan } = caller;
  const now = new Date();
  await counts.flush();
  const rows = await withOrganisation(db, organisationId, (tx) => listMonths(tx, organisationId, shownMonths));
  const month = monthOf(now);
  return {
    plan,
    requests: {
      used: rows.find((row) => row.month === month)?.requests ?? 0,
      limit: requestsPerMonth[plan],
      resetsAt: nextMonth(now).toISOString(),
    },
    months: rows.map((row) => ({ month: row.month.slice(0, 7), requests: row.requests })),
    rateLimits: rateLimitNames.map((name) => {
      const { per, seconds } = rateLimits[name];
      return { name, per, requests: allowed[name] === 0 ? null : allowed[name], seconds };
    }),
  };
}
