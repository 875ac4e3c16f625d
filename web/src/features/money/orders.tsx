import type { OperatorSale } from '@proofpix/contract/api/money';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { money, timeInList } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './money.module.css';
import { ordersQuery, useMoneyChange } from './queries.ts';
import { RefundDialog } from './refund-dialog.tsx';

/** What customers ordered: invoices that wait for their money, and refunds that are asked for. */
export function Orders() {
  const { t } = useTranslation('money');
  const orders = useQuery(ordersQuery);
  const items = orders.data?.items;
  return (
    <Section title={t('orders.title')}>
      {orders.isPending ? <LoadingRows rows={3} label={t('orders.loading')} /> : null}
      {orders.isError && items === undefined ? (
        <ErrorNotice
          title={t('orders.failed')}
          code={problemCode(orders.error)}
          action={<TryAgain onTry={orders.refetch} />}
        >
          {problemText(orders.error)}
        </ErrorNotice>
      ) : null}
      {items?.length === 0 ? <Empty>{t('orders.none')}</Empty> : null}
      {items === undefined || items.length === 0 ? null : (
        <ul aria-label={t('orders.title')}>
          {items.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function OrderRow({ order }: { order: OperatorSale }) {
  const { t } = useTranslation('money');
  const [open, setOpen] = useState<'paid' | 'refund' | null>(null);
  const { publisher, plugin, invoice, customer, state, total, returned, currency, createdAt, refundAskedAt } = order;
  const asked = refundAskedAt !== null && state === 'paid';
  const close = () => setOpen(null);
  return (
    <ListRow
      what={
        <>
          <p>
            {invoice} · <Link to={paths.listing(publisher, plugin)}>{`${publisher}/${plugin}`}</Link>
          </p>
          <p className={css.quiet}>
            {t('orders.facts', { customer: customer ?? t('orders.gone'), time: timeInList(createdAt) })}
            {returned > 0 ? ` · ${t('orders.returned', { amount: money(returned, currency) })}` : ''}
          </p>
          {asked ? <p className={css.quiet}>{t('orders.reason', { reason: order.refundReason ?? '' })}</p> : null}
        </>
      }
    >
      <span className={css.amount}>{money(total, currency)}</span>
      <span className={css.state}>{asked ? t('states.asked') : t(`states.${state}`)}</span>
      {state === 'open' ? (
        <Button size="xs" aria-label={t('orders.paidNamed', { invoice })} onClick={() => setOpen('paid')}>
          {t('orders.paid')}
        </Button>
      ) : null}
      {state === 'paid' ? (
        <Button size="xs" aria-label={t('refund.openNamed', { invoice })} onClick={() => setOpen('refund')}>
          {t('refund.open')}
        </Button>
      ) : null}
      {open === 'paid' ? <PaidDialog order={order} onClose={close} /> : null}
      {open === 'refund' ? <RefundDialog order={order} onClose={close} /> : null}
    </ListRow>
  );
}

function PaidDialog({
  order: { id, invoice, total, currency },
  onClose,
}: {
  order: OperatorSale;
  onClose: () => void;
}) {
  const { t } = useTranslation('money');
  const pay = useMoneyChange(() => call(routes.money.markPaid, { params: { id } }));
  return (
    <ConfirmDialog
      title={t('orders.question', { invoice, total: money(total, currency) })}
      action={t('orders.confirm')}
      busy={pay.isPending}
      error={
        pay.error === null ? null : (
          <ErrorNotice title={t('orders.notPaid')} code={problemCode(pay.error)}>
            {problemText(pay.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => pay.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('orders.begins')}
    </ConfirmDialog>
  );
}
