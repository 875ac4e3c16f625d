import type { PublisherProfile } from '@proofpix/contract/api/publishers';
import type { Revenue, Sale } from '@proofpix/contract/api/revenue';
import type { Price } from '@proofpix/contract/money/prices';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { count, money, monthInUtc } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { usePriceWords } from '../purchases/price-words.ts';
import { PayoutAccountDialog } from './payout-account-dialog.tsx';
import { PriceDialog } from './price-dialog.tsx';
import { revenueQuery, useRevenueChange } from './queries.ts';
import css from './revenue.module.css';

type Props = { publisher: Pick<PublisherProfile, 'name' | 'displayName'>; plugins: readonly string[] };

/** What a publisher's plugins cost, what they brought, and what is asked back. */
export function RevenueSection({ publisher: { name, displayName }, plugins }: Props) {
  const { t } = useTranslation('revenue');
  const revenue = useQuery(revenueQuery(name));
  const [choosing, setChoosing] = useState(false);
  const { data } = revenue;
  return (
    <Section
      title={t('title', { name: displayName })}
      actions={
        data === undefined ? undefined : (
          <Button size="xs" onClick={() => setChoosing(true)}>
            {data.payoutAccount === null ? t('account.open') : t('account.change')}
          </Button>
        )
      }
    >
      {revenue.isPending ? <LoadingRows rows={3} label={t('loading')} /> : null}
      {revenue.isError && data === undefined ? (
        <ErrorNotice
          title={t('failed')}
          code={problemCode(revenue.error)}
          action={<TryAgain onTry={revenue.refetch} />}
        >
          {problemText(revenue.error)}
        </ErrorNotice>
      ) : null}
      {data === undefined ? null : (
        <>
          <ul>
            {plugins.map((plugin) => {
              const price = data.prices.find((each) => each.plugin === plugin)?.price;
              return <PluginPrice key={plugin} {...{ publisher: name, plugin, price }} />;
            })}
            {data.sales
              .filter((sale) => sale.refundAskedAt !== null && sale.state === 'paid')
              .map((sale) => (
                <RefundRow key={sale.id} publisher={name} sale={sale} />
              ))}
          </ul>
          <Figures revenue={data} />
        </>
      )}
      {choosing && data !== undefined ? (
        <PayoutAccountDialog publisher={name} account={data.payoutAccount} onClose={() => setChoosing(false)} />
      ) : null}
    </Section>
  );
}

function Figures({ revenue: { balances, months } }: { revenue: Revenue }) {
  const { t } = useTranslation('revenue');
  if (balances.length === 0) return <p className={css.quiet}>{t('nothing')}</p>;
  const facts = balances.flatMap(({ currency, held, payable, paid }) => [
    { label: t('held', { currency }), value: money(held, currency) },
    { label: t('payable', { currency }), value: money(payable, currency) },
    { label: t('paid', { currency }), value: money(paid, currency) },
  ]);
  return (
    <>
      <DescriptionList facts={facts} />
      <ul>
        {months.map(({ month, plugin, currency, orders, sales, fees, refunds, share }) => (
          <ListRow
            key={`${month} ${plugin} ${currency}`}
            what={
              <>
                <p>{t('month', { month: monthInUtc(month), plugin })}</p>
                <p className={css.quiet}>
                  {t('figures', {
                    count: orders,
                    number: count(orders),
                    sales: money(sales, currency),
                    fees: money(fees, currency),
                    refunds: money(refunds, currency),
                  })}
                </p>
              </>
            }
          >
            <span>{money(share, currency)}</span>
          </ListRow>
        ))}
      </ul>
    </>
  );
}

type PluginProps = { publisher: string; plugin: string; price: Price | undefined };

function PluginPrice({ publisher, plugin, price }: PluginProps) {
  const { t } = useTranslation('revenue');
  const words = usePriceWords();
  const [open, setOpen] = useState(false);
  return (
    <ListRow what={<code>{`${publisher}/${plugin}`}</code>}>
      <span className={css.quiet}>{price === undefined || price.kind === 'free' ? t('kind.free') : words(price)}</span>
      <Button size="xs" aria-label={t('price.openNamed', { plugin })} onClick={() => setOpen(true)}>
        {t('price.open')}
      </Button>
      {open ? <PriceDialog {...{ publisher, plugin, price }} onClose={() => setOpen(false)} /> : null}
    </ListRow>
  );
}

/** What a customer asks for; all that is left goes back. */
function RefundRow({ publisher, sale }: { publisher: string; sale: Sale }) {
  const { t } = useTranslation('revenue');
  const { id, invoice, plugin, total, returned, currency, refundReason } = sale;
  const give = useRevenueChange(() =>
    call(routes.revenue.refund, {
      params: { publisher, id },
      body: { amount: null, returned, reason: refundReason ?? '' },
    }),
  );
  const [sure, setSure] = useState(false);
  const left = money(total - returned, currency);
  return (
    <ListRow
      what={
        <>
          <p>{t('refund.asked', { invoice, plugin })}</p>
          <p className={css.quiet}>{refundReason}</p>
        </>
      }
    >
      <Button size="xs" onClick={() => setSure(true)}>
        {t('refund.give', { left })}
      </Button>
      {sure ? (
        <ConfirmDialog
          title={t('refund.question', { left, invoice })}
          action={t('refund.give', { left })}
          busy={give.isPending}
          error={
            give.error === null ? null : (
              <ErrorNotice title={t('refund.failed')} code={problemCode(give.error)}>
                {problemText(give.error)}
              </ErrorNotice>
            )
          }
          onConfirm={() => give.mutate(undefined, { onSuccess: () => setSure(false) })}
          onClose={() => setSure(false)}
        >
          {t('refund.loss')}
        </ConfirmDialog>
      ) : null}
    </ListRow>
  );
}
