import type { Subscription } from '@proofpix/contract/api/subscription';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { Purchases } from '../purchases/purchases.tsx';
import { goToPayment } from './go-to-payment.ts';
import { Plans } from './plans.tsx';
import { subscriptionQuery } from './queries.ts';
import { SubscriptionState } from './subscription-state.tsx';
import css from './subscription-page.module.css';
import { UsageSections } from './usage-sections.tsx';

/** What the organisation has, what it uses of it, and where it gets more. */
export function SubscriptionPage() {
  const { t } = useTranslation('subscription');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const queryClient = useQueryClient();
  const [query] = useSearchParams();
  // Back from the payment, whose message to the server takes a moment.
  const paid = query.has('paid');
  const subscription = useQuery({
    ...subscriptionQuery,
    refetchInterval: ({ state }) => (paid && isWaiting(state.data) ? 3_000 : false),
  });
  const plan = subscription.data?.plan;
  useEffect(() => {
    // The plan decides what the other pages let people do.
    if (plan !== undefined) void queryClient.invalidateQueries({ queryKey: ['account'] });
  }, [plan, queryClient]);
  const portal = useMutation({ mutationFn: () => call(routes.subscription.portal), onSuccess: goToPayment });
  const { data, error } = subscription;
  return (
    <>
      <TopBar
        title={t('title')}
        actions={
          data?.hasPortal === true && may('subscription:manage') ? (
            <Button size="xs" loading={portal.isPending} onClick={() => portal.mutate()}>
              {t('portal')}
            </Button>
          ) : null
        }
      />
      <main id="main" className={css.page}>
        {portal.error === null ? null : (
          <ErrorNotice title={t('portalFailed')} code={problemCode(portal.error)}>
            {problemText(portal.error)}
          </ErrorNotice>
        )}
        {data === undefined && error === null ? <LoadingRows rows={3} label={t('loading')} /> : null}
        {data === undefined && error !== null ? (
          <ErrorNotice title={t('failed')} code={problemCode(error)} action={<TryAgain onTry={subscription.refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : (
          <>
            <SubscriptionState subscription={data} waiting={paid && isWaiting(data)} />
            <Plans subscription={data} />
          </>
        )}
        {may('purchases:manage') ? <Purchases /> : null}
        <UsageSections />
      </main>
    </>
  );
}

function isWaiting(subscription: Subscription | undefined): boolean {
  return subscription === undefined || subscription.state === 'granted' || subscription.state === 'lapsed';
}
