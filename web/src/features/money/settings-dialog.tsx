import type { MoneySettings } from '@proofpix/contract/api/money';
import { routes } from '@proofpix/contract/routes';
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { basisPointsOf, daysOf, percentOf, taxesOf } from './read-settings.ts';
import { useMoneyChange } from './queries.ts';

/** What was ordered keeps what it was ordered under, so nothing is lost by a mistake here. */
export function SettingsDialog({ settings, onClose }: { settings: MoneySettings; onClose: () => void }) {
  const { t } = useTranslation('money');
  const [fee, setFee] = useState(percentOf(settings.feeBasisPoints));
  const [refund, setRefund] = useState(String(settings.refundDays));
  const [grace, setGrace] = useState(String(settings.licenceGraceDays));
  const [taxes, setTaxes] = useState(
    settings.taxes.map(({ country, basisPoints }) => `${country} ${percentOf(basisPoints)}`).join('\n'),
  );
  const set = useMoneyChange((body: MoneySettings) => call(routes.money.set, { body }));
  const feeBasisPoints = basisPointsOf(fee, 100);
  const refundDays = daysOf(refund, 0);
  const licenceGraceDays = daysOf(grace, 1);
  const read = taxesOf(taxes);
  const missing =
    feeBasisPoints === null
      ? t('settings.feeWrong')
      : refundDays === null
        ? t('settings.refundDaysWrong')
        : licenceGraceDays === null
          ? t('settings.graceDaysWrong')
          : 'wrong' in read
            ? t('settings.taxesWrong', { line: read.wrong })
            : undefined;
  return (
    <Dialog title={t('settings.title')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (feeBasisPoints === null || refundDays === null || licenceGraceDays === null || 'wrong' in read) return;
          set.mutate({ feeBasisPoints, refundDays, licenceGraceDays, taxes: read.taxes }, { onSuccess: onClose });
        }}
      >
        <TextInput
          label={t('settings.feeField')}
          description={t('settings.feeHelp')}
          inputWrapperOrder={fieldOrder}
          inputMode="decimal"
          maxLength={6}
          data-autofocus
          value={fee}
          onChange={(event) => setFee(event.currentTarget.value)}
        />
        <TextInput
          label={t('settings.refundDaysField')}
          description={t('settings.refundDaysHelp')}
          inputWrapperOrder={fieldOrder}
          inputMode="numeric"
          maxLength={3}
          value={refund}
          onChange={(event) => setRefund(event.currentTarget.value)}
        />
        <TextInput
          label={t('settings.graceDaysField')}
          description={t('settings.graceDaysHelp')}
          inputWrapperOrder={fieldOrder}
          inputMode="numeric"
          maxLength={3}
          value={grace}
          onChange={(event) => setGrace(event.currentTarget.value)}
        />
        <Textarea
          label={t('settings.taxesField')}
          description={t('settings.taxesHelp')}
          inputWrapperOrder={fieldOrder}
          rows={4}
          maxLength={4_000}
          value={taxes}
          onChange={(event) => setTaxes(event.currentTarget.value)}
        />
        {set.error === null ? null : (
          <ErrorNotice title={t('settings.notSet')} code={problemCode(set.error)}>
            {problemText(set.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('settings.set')} busy={set.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
