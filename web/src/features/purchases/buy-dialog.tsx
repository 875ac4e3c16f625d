import type { Offer } from '@proofpix/contract/api/purchases';
import type { Price } from '@proofpix/contract/money/prices';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { money } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { goToPayment } from '../subscription/go-to-payment.ts';
import { usePriceWords } from './price-words.ts';
import css from './purchases.module.css';
import { usePurchase } from './queries.ts';

type Props = { publisher: string; plugin: string; name: string; price: Price; offer: Offer; onClose: () => void };

/** The order names the price that is read here: another one is not bought by mistake. */
export function BuyDialog({ publisher, plugin, name, price, offer, onClose }: Props) {
  const { t } = useTranslation('purchases');
  const words = usePriceWords();
  const [country, setCountry] = useState(offer.countries[0] ?? '');
  const [method, setMethod] = useState<'invoice' | 'stripe'>(offer.byStripe ? 'stripe' : 'invoice');
  const { amount, currency } = price;
  const order = usePurchase(() =>
    call(routes.purchases.order, { body: { publisher, plugin, country, method, expected: { amount, currency } } }),
  );
  const placed = order.data?.order;
  if (placed !== undefined && order.data?.url === null)
    return (
      <Dialog title={t('ordered.title', { invoice: placed.invoice })} onClose={onClose}>
        <div className={css.price}>
          <p>{t('ordered.text', { total: money(placed.total, placed.currency) })}</p>
          <p>
            <Link to={paths.subscription}>{t('ordered.see')}</Link>
          </p>
          <div>
            <Button onClick={onClose}>{t('ordered.close')}</Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={t('buy.title', { name })} onClose={onClose}>
      <Form
        onSubmit={() =>
          order.mutate(undefined, {
            onSuccess: ({ url }) => {
              if (url !== null) goToPayment({ url });
            },
          })
        }
      >
        <p className={css.amount}>{words(price)}</p>
        <NativeSelect
          label={t('buy.country')}
          description={t('buy.countryHelp')}
          inputWrapperOrder={fieldOrder}
          data={offer.countries}
          value={country}
          onChange={(event) => setCountry(event.currentTarget.value)}
        />
        {offer.byStripe ? (
          <NativeSelect
            label={t('buy.method')}
            inputWrapperOrder={fieldOrder}
            data={[
              { value: 'stripe', label: t('method.stripe') },
              { value: 'invoice', label: t('method.invoice') },
            ]}
            value={method}
            onChange={(event) => setMethod(event.currentTarget.value === 'stripe' ? 'stripe' : 'invoice')}
          />
        ) : (
          <p>{t('buy.byInvoice')}</p>
        )}
        {order.error === null ? null : (
          <ErrorNotice title={t('buy.failed')} code={problemCode(order.error)}>
            {problemText(order.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('buy.order')} busy={order.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
