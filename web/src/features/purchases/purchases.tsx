import type { Order } from '@proofpix/contract/api/purchases';
import { routes } from '@proofpix/contract/routes';
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { money, timeInList } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './purchases.module.css';
import { purchasesQuery, usePurchase } from './queries.ts';

/** What the organisation ordered: each with its invoice, and what can still be done about it. */
export function Purchases() {
  const { t } = useTranslation('purchases');
  const [query] = useSearchParams();
  // Back from the payment, whose message to the server takes a moment.
  const ordered = query.has('ordered');
  const purchases = useQuery({
    ...purchasesQuery,
    refetchInterval: ({ state }) => (ordered && state.data?.orders[0]?.state === 'open' ? 3_000 : false),
  });
  const orders = purchases.data?.orders;
  return (
    <Section title={t('orders.title')}>
      {purchases.isPending ? <LoadingRows rows={2} label={t('orders.loading')} /> : null}
      {purchases.isError && orders === undefined ? (
        <ErrorNotice
          title={t('orders.failed')}
          code={problemCode(purchases.error)}
          action={<TryAgain onTry={purchases.refetch} />}
        >
          {problemText(purchases.error)}
        </ErrorNotice>
      ) : null}
      {orders?.length === 0 ? <p className={css.quiet}>{t('orders.none')}</p> : null}
      {orders === undefined || orders.length === 0 ? null : (
        <ul>
          {orders.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function OrderRow({ order }: { order: Order }) {
  const { t } = useTranslation('purchases');
  const [asking, setAsking] = useState(false);
  const cancel = usePurchase(() => call(routes.purchases.cancel, { params: { id: order.id } }));
  const { publisher, plugin, invoice, state, total, currency, createdAt, refundUntil, refundAskedAt } = order;
  const asked = refundAskedAt !== null && state === 'paid';
  return (
    <ListRow
      what={
        <>
          <p>
            <Link to={paths.listing(publisher, plugin)}>{`${publisher}/${plugin}`}</Link>
          </p>
          <p className={css.quiet}>
            {t('orders.facts', { invoice, total: money(total, currency), time: timeInList(createdAt) })}
          </p>
          {cancel.error === null ? null : (
            <ErrorNotice title={t('orders.notCancelled')} code={problemCode(cancel.error)}>
              {problemText(cancel.error)}
            </ErrorNotice>
          )}
        </>
      }
    >
      <span className={css.state}>{asked ? t('state.asked') : t(`state.${state}`)}</span>
      {state === 'open' ? (
        <Button
          size="xs"
          loading={cancel.isPending}
          aria-label={t('orders.cancelNamed', { invoice })}
          onClick={() => cancel.mutate(undefined)}
        >
          {t('orders.cancel')}
        </Button>
      ) : null}
      {refundUntil === null ? null : (
        <Button size="xs" aria-label={t('refund.openNamed', { invoice })} onClick={() => setAsking(true)}>
          {t('refund.open')}
        </Button>
      )}
      {asking ? <RefundDialog order={order} onClose={() => setAsking(false)} /> : null}
    </ListRow>
  );
}

function RefundDialog({ order: { id, invoice }, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation('purchases');
  const [reason, setReason] = useState('');
  const ask = usePurchase(() => call(routes.purchases.askRefund, { params: { id }, body: { reason: reason.trim() } }));
  const missing = reason.trim() === '' ? t('refund.reasonMissing') : undefined;
  return (
    <Dialog title={t('refund.title', { invoice })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) ask.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p>{t('refund.text')}</p>
        <Textarea
          label={t('refund.reason')}
          inputWrapperOrder={fieldOrder}
          rows={3}
          maxLength={1_000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {ask.error === null ? null : (
          <ErrorNotice title={t('refund.failed')} code={problemCode(ask.error)}>
            {problemText(ask.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('refund.ask')} busy={ask.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
