import type { OperatorSale } from '@proofpix/contract/api/money';
import { currencies } from '@proofpix/contract/money/prices';
import { routes } from '@proofpix/contract/routes';
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { money } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { minorUnits } from '../revenue/minor-units.ts';
import { useMoneyChange } from './queries.ts';

/** All that is left of an order, or a part of it. */
export function RefundDialog({ order, onClose }: { order: OperatorSale; onClose: () => void }) {
  const { t } = useTranslation('money');
  const { id, invoice, total, returned, currency, refundReason } = order;
  const digits = currencies[currency];
  const left = total - returned;
  const [typed, setTyped] = useState((left / 10 ** digits).toFixed(digits));
  const [reason, setReason] = useState(refundReason ?? '');
  const amount = minorUnits(typed, digits);
  const give = useMoneyChange((body: { amount: number | null; returned: number; reason: string }) =>
    call(routes.money.refund, { params: { id }, body }),
  );
  const most = money(left, currency);
  const missing =
    amount === null || amount > left
      ? t('refund.amountWrong', { most })
      : reason.trim() === ''
        ? t('refund.reasonMissing')
        : undefined;
  return (
    <Dialog title={t('refund.title', { invoice })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing !== undefined || amount === null) return;
          const whole = amount === left ? null : amount;
          give.mutate({ amount: whole, returned, reason: reason.trim() }, { onSuccess: onClose });
        }}
      >
        <TextInput
          label={t('refund.amount', { currency })}
          description={t('refund.amountHelp', { most })}
          inputWrapperOrder={fieldOrder}
          inputMode="decimal"
          maxLength={14}
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Textarea
          label={t('refund.reason')}
          inputWrapperOrder={fieldOrder}
          rows={3}
          maxLength={1_000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {give.error === null ? null : (
          <ErrorNotice title={t('refund.failed')} code={problemCode(give.error)}>
            {problemText(give.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('refund.give')} busy={give.isPending} onCancel={onClose} missing={missing} loss />
      </Form>
    </Dialog>
  );
}
