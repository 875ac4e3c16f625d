import type { Price } from '@proofpix/contract/money/prices';
import { useTranslation } from 'react-i18next';
import { money } from '../../ui/format.ts';

/** "19.00 € a month, plus tax". */
export function usePriceWords(): (price: Price) => string {
  const { t } = useTranslation('purchases');
  return ({ kind, amount, currency }) => t(`price.${kind}`, { amount: money(amount, currency) });
}
