import { currencies, currencyCodes, type Currency, type Price, type PriceKind } from '@proofpix/contract/money/prices';
import { routes } from '@proofpix/contract/routes';
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { minorUnits } from './minor-units.ts';
import { useRevenueChange } from './queries.ts';

type Props = { publisher: string; plugin: string; price: Price | undefined; onClose: () => void };

const kinds: readonly PriceKind[] = ['free', 'one-time', 'monthly', 'yearly'];

export function PriceDialog({ publisher, plugin, price, onClose }: Props) {
  const { t } = useTranslation('revenue');
  const [kind, setKind] = useState<PriceKind>(price?.kind ?? 'free');
  const [currency, setCurrency] = useState<Currency>(price?.currency ?? 'EUR');
  const digits = currencies[currency];
  const [typed, setTyped] = useState(
    price === undefined || price.amount === 0 ? '' : (price.amount / 10 ** digits).toFixed(digits),
  );
  const [days, setDays] = useState(String(price?.trialDays ?? 0));
  const set = useRevenueChange((body: Price) => call(routes.revenue.setPrice, { params: { publisher, plugin }, body }));
  const free = kind === 'free';
  const amount = free ? 0 : minorUnits(typed, digits);
  const trialDays = free ? 0 : Number(days);
  const isTrial = /^\d{1,2}$/.test(days) && Number(days) <= 90;
  const missing = amount === null ? t('price.amountMissing') : free || isTrial ? undefined : t('price.trialWrong');
  return (
    <Dialog title={t('price.title', { plugin })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined && amount !== null)
            set.mutate({ kind, amount, currency, trialDays }, { onSuccess: onClose });
        }}
      >
        <NativeSelect
          label={t('price.kind')}
          description={t('price.keeps')}
          inputWrapperOrder={fieldOrder}
          data={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={kind}
          data-autofocus
          onChange={(event) => setKind(kinds.find((each) => each === event.currentTarget.value) ?? 'free')}
        />
        {free ? null : (
          <>
            <TextInput
              label={t('price.amount')}
              description={t('price.amountHelp')}
              inputWrapperOrder={fieldOrder}
              inputMode="decimal"
              maxLength={12}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <NativeSelect
              label={t('price.currency')}
              inputWrapperOrder={fieldOrder}
              data={currencyCodes}
              value={currency}
              onChange={(event) =>
                setCurrency(currencyCodes.find((each) => each === event.currentTarget.value) ?? 'EUR')
              }
            />
            <TextInput
              label={t('price.trial')}
              description={t('price.trialHelp')}
              inputWrapperOrder={fieldOrder}
              inputMode="numeric"
              maxLength={2}
              value={days}
              onChange={(event) => setDays(event.currentTarget.value.trim())}
            />
          </>
        )}
        {set.error === null ? null : (
          <ErrorNotice title={t('price.failed')} code={problemCode(set.error)}>
            {problemText(set.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('price.set')} busy={set.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
