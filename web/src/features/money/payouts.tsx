import type { Books } from '@proofpix/contract/api/money';
import type { Payout } from '@proofpix/contract/api/revenue';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
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
import { booksQuery, payoutsQuery, useMoneyChange } from './queries.ts';

type Payable = Books['payable'][number];

/** What publishers are owed, and what became of what they were sent. */
export function Payouts() {
  const { t } = useTranslation('money');
  const books = useQuery(booksQuery);
  const payouts = useQuery(payoutsQuery);
  const items = payouts.data?.items;
  const payable = books.data?.payable ?? [];
  const byHand = items?.some(({ state, method }) => state === 'pending' && method === 'manual') === true;
  return (
    <Section
      title={t('payouts.title')}
      actions={
        byHand ? (
          <Button
            size="xs"
            component="a"
            href={routes.money.payoutsCsv.path}
            download
            leftSection={<IconDownload size={16} stroke={1.6} />}
          >
            {t('payouts.csv')}
          </Button>
        ) : undefined
      }
    >
      {payouts.isPending ? <LoadingRows rows={2} label={t('payouts.loading')} /> : null}
      {payouts.isError && items === undefined ? (
        <ErrorNotice
          title={t('payouts.failed')}
          code={problemCode(payouts.error)}
          action={<TryAgain onTry={payouts.refetch} />}
        >
          {problemText(payouts.error)}
        </ErrorNotice>
      ) : null}
      {items?.length === 0 && payable.length === 0 && books.isSuccess ? <Empty>{t('payouts.none')}</Empty> : null}
      {payable.length > 0 ? (
        <ul aria-label={t('payouts.payable')}>
          {payable.map((each) => (
            <PayableRow key={`${each.publisher} ${each.currency}`} payable={each} />
          ))}
        </ul>
      ) : null}
      {items === undefined || items.length === 0 ? null : (
        <ul aria-label={t('payouts.title')}>
          {items.map((payout) => (
            <PayoutRow key={payout.id} payout={payout} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function PayableRow({ payable: { publisher, currency, amount, hasAccount } }: { payable: Payable }) {
  const { t } = useTranslation('money');
  const pay = useMoneyChange(() => call(routes.money.payOut, { body: { publisher, currency } }));
  const why = amount <= 0 ? t('payouts.nothing') : hasAccount ? undefined : t('payouts.noAccount');
  const sum = money(amount, currency);
  return (
    <ListRow
      what={
        <>
          <p>
            <Link to={paths.publisher(publisher)}>{publisher}</Link>
          </p>
          {pay.error === null ? null : (
            <ErrorNotice title={t('payouts.notPaid')} code={problemCode(pay.error)}>
              {problemText(pay.error)}
            </ErrorNotice>
          )}
        </>
      }
    >
      <span className={css.amount}>{sum}</span>
      <span id={`why-${publisher}-${currency}`} className={css.state}>
        {why ?? t('payouts.owed')}
      </span>
      <Button
        size="xs"
        loading={pay.isPending}
        disabled={why !== undefined}
        aria-label={t('payouts.payNamed', { sum, publisher })}
        aria-describedby={`why-${publisher}-${currency}`}
        onClick={() => pay.mutate(undefined)}
      >
        {t('payouts.pay')}
      </Button>
    </ListRow>
  );
}

function PayoutRow({ payout }: { payout: Payout }) {
  const { t } = useTranslation('money');
  const [settling, setSettling] = useState<'paid' | 'failed' | null>(null);
  const { publisher, currency, amount, method, account, state, createdAt } = payout;
  const sum = money(amount, currency);
  return (
    <ListRow
      what={
        <>
          <p>
            <Link to={paths.publisher(publisher)}>{publisher}</Link>
          </p>
          <p className={css.quiet}>{t(`payouts.by.${method}`, { account, time: timeInList(createdAt) })}</p>
        </>
      }
    >
      <span className={css.amount}>{sum}</span>
      <span className={css.state}>{t(`payouts.states.${state}`)}</span>
      {state === 'pending' ? (
        <>
          <Button
            size="xs"
            aria-label={t('payouts.wasPaidNamed', { sum, publisher })}
            onClick={() => setSettling('paid')}
          >
            {t('payouts.wasPaid')}
          </Button>
          <Button
            size="xs"
            aria-label={t('payouts.hasFailedNamed', { sum, publisher })}
            onClick={() => setSettling('failed')}
          >
            {t('payouts.hasFailed')}
          </Button>
        </>
      ) : null}
      {settling === null ? null : <SettleDialog payout={payout} state={settling} onClose={() => setSettling(null)} />}
    </ListRow>
  );
}

type SettleProps = { payout: Payout; state: 'paid' | 'failed'; onClose: () => void };

function SettleDialog({ payout: { id, publisher, amount, currency }, state, onClose }: SettleProps) {
  const { t } = useTranslation('money');
  const settle = useMoneyChange(() => call(routes.money.settlePayout, { params: { id }, body: { state } }));
  const sum = money(amount, currency);
  return (
    <ConfirmDialog
      title={t(`payouts.question.${state}`, { sum, publisher })}
      action={t(`payouts.confirm.${state}`)}
      busy={settle.isPending}
      error={
        settle.error === null ? null : (
          <ErrorNotice title={t('payouts.notSettled')} code={problemCode(settle.error)}>
            {problemText(settle.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => settle.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t(`payouts.after.${state}`)}
    </ConfirmDialog>
  );
}
