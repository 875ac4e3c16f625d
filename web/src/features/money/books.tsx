import type { MoneySettings } from '@proofpix/contract/api/money';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { listed, money, rate } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './money.module.css';
import { booksQuery } from './queries.ts';
import { SettingsDialog } from './settings-dialog.tsx';

/** How the marketplace sells, and the balance of each account of its ledger. */
export function Books() {
  const { t } = useTranslation('money');
  const books = useQuery(booksQuery);
  const [changing, setChanging] = useState(false);
  const { data } = books;
  return (
    <>
      <Section
        title={t('settings.title')}
        actions={
          data === undefined ? undefined : (
            <Button size="xs" onClick={() => setChanging(true)}>
              {t('settings.change')}
            </Button>
          )
        }
      >
        {books.isPending ? <LoadingRows rows={4} label={t('settings.loading')} /> : null}
        {books.isError && data === undefined ? (
          <ErrorNotice
            title={t('settings.failed')}
            code={problemCode(books.error)}
            action={<TryAgain onTry={books.refetch} />}
          >
            {problemText(books.error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : <Settings settings={data.settings} />}
        {changing && data !== undefined ? (
          <SettingsDialog settings={data.settings} onClose={() => setChanging(false)} />
        ) : null}
      </Section>
      {data === undefined ? null : (
        <Section title={t('accounts.title')} aside={t('accounts.aside')}>
          {data.accounts.length === 0 ? <p className={css.quiet}>{t('accounts.none')}</p> : null}
          <DescriptionList
            facts={data.accounts.map(({ account, currency, balance }) => ({
              label: t('accounts.of', { account: t(`accounts.names.${account}`), currency }),
              value: <span className={css.amount}>{money(balance, currency)}</span>,
            }))}
          />
        </Section>
      )}
    </>
  );
}

function Settings({ settings }: { settings: MoneySettings }) {
  const { t } = useTranslation('money');
  const { feeBasisPoints, refundDays, licenceGraceDays, taxes } = settings;
  const rates = taxes.map(({ country, basisPoints }) => `${country} ${rate(basisPoints)}`);
  return (
    <DescriptionList
      facts={[
        { label: t('settings.fee'), value: rate(feeBasisPoints) },
        { label: t('settings.refundDays'), value: t('settings.days', { count: refundDays }) },
        { label: t('settings.graceDays'), value: t('settings.days', { count: licenceGraceDays }) },
        { label: t('settings.taxes'), value: rates.length === 0 ? t('settings.noTaxes') : listed(rates) },
      ]}
    />
  );
}
