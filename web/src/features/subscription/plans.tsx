import { plans, requestsPerMonth, type Plan } from '@proofpix/contract/access';
import type { Subscription } from '@proofpix/contract/api/subscription';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { count } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useAccount } from '../accounts/queries.ts';
import { goToPayment } from './go-to-payment.ts';
import css from './subscription-page.module.css';

/** What each plan has, and where it is bought. */
export function Plans({ subscription }: { subscription: Subscription }) {
  const { t } = useTranslation('subscription');
  const { may } = useAccount();
  const buy = useMutation({
    mutationFn: (plan: Exclude<Plan, 'free'>) => call(routes.subscription.checkout, { body: { plan } }),
    onSuccess: goToPayment,
  });
  const pays = subscription.state === 'active' || subscription.state === 'past-due';
  const reason = !may('subscription:manage') ? t('restricted') : pays ? t('changeInPortal') : undefined;
  const sells = subscription.sold.length > 0;
  return (
    <Section title={t('plansTitle')} aside={sells ? reason : undefined}>
      {buy.error === null ? null : (
        <ErrorNotice title={t('notBought')} code={problemCode(buy.error)}>
          {problemText(buy.error)}
        </ErrorNotice>
      )}
      <ul>
        {plans.map((plan) => (
          <li key={plan} className={css.row}>
            <div className={css.what}>
              <p className={css.name}>{t(`plans.${plan}`)}</p>
              <p className={css.has}>
                {t(`has.${plan}`)} {requestsText(requestsPerMonth[plan])}
              </p>
            </div>
            {plan === subscription.plan ? <span className={css.own}>{t('yours')}</span> : null}
            {plan !== 'free' && plan !== subscription.plan && subscription.sold.includes(plan) ? (
              <Button
                disabled={reason !== undefined}
                loading={buy.isPending && buy.variables === plan}
                onClick={() => buy.mutate(plan)}
              >
                {t('choose', { plan: t(`plans.${plan}`) })}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );

  function requestsText(requests: number | null): string {
    return requests === null ? t('requestsFree') : t('requests', { number: count(requests) });
  }
}
