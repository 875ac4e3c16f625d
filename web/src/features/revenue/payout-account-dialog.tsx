import type { PayoutAccount } from '@proofpix/contract/api/revenue';
import { routes } from '@proofpix/contract/routes';
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useRevenueChange } from './queries.ts';

type Props = { publisher: string; account: PayoutAccount | null; onClose: () => void };

export function PayoutAccountDialog({ publisher, account, onClose }: Props) {
  const { t } = useTranslation('revenue');
  const [method, setMethod] = useState(account?.method ?? 'manual');
  const [typed, setTyped] = useState(account?.account ?? '');
  const set = useRevenueChange((body: PayoutAccount) =>
    call(routes.revenue.setPayoutAccount, { params: { publisher }, body }),
  );
  const missing = typed.trim().length < 5 ? t('account.missing') : undefined;
  return (
    <Dialog title={t('account.title')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) set.mutate({ method, account: typed.trim() }, { onSuccess: onClose });
        }}
      >
        <NativeSelect
          label={t('account.method')}
          inputWrapperOrder={fieldOrder}
          data={[
            { value: 'manual', label: t('account.manual') },
            { value: 'stripe', label: t('account.stripe') },
          ]}
          value={method}
          data-autofocus
          onChange={(event) => setMethod(event.currentTarget.value === 'stripe' ? 'stripe' : 'manual')}
        />
        <TextInput
          label={t('account.account')}
          description={t(`account.${method}Help`)}
          inputWrapperOrder={fieldOrder}
          maxLength={200}
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {set.error === null ? null : (
          <ErrorNotice title={t('account.failed')} code={problemCode(set.error)}>
            {problemText(set.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('account.set')} busy={set.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
