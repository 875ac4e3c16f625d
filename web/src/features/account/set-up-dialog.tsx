import { routes } from '@proofpix/contract/routes';
import { TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { accountQuery } from '../accounts/queries.ts';
import css from './account-page.module.css';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** A secret for the app, a code that shows it arrived there, and what helps when the phone is gone. */
export function SetUpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('account');
  const key = useId();
  // The answer is kept nowhere: each time the dialog opens there is another secret.
  const begun = useQuery({
    queryKey: ['second factor', key],
    queryFn: () => call(routes.account.beginSecondFactor),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [code, setCode] = useState('');
  const queryClient = useQueryClient();
  const confirm = useMutation({
    mutationFn: (given: string) => call(routes.account.confirmSecondFactor, { body: { code: given } }),
    onSuccess: ({ recoveryCodes }) => setCodes(recoveryCodes),
  });
  if (codes !== null) {
    // The account is asked again only now: what is drawn around this would close it, and the codes are never shown again.
    const done = () => {
      onClose();
      void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    };
    return (
      <Dialog title={t('factor.codesTitle')} onClose={done}>
        <RecoveryCodes codes={codes} onDone={done} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t('factor.setUp')} onClose={onClose}>
      {begun.isPending ? <LoadingRows rows={3} label={t('factor.beginning')} /> : null}
      {begun.error === null ? null : (
        <ErrorNotice
          title={t('factor.notBegun')}
          code={problemCode(begun.error)}
          action={<TryAgain onTry={begun.refetch} />}
        >
          {problemText(begun.error)}
        </ErrorNotice>
      )}
      {begun.data === undefined ? null : (
        <Form onSubmit={() => confirm.mutate(code.trim())}>
          <p className={css.text} tabIndex={-1} data-autofocus>
            {t('factor.scan')}
          </p>
          <div className={css.scan}>
            <QrCode text={begun.data.uri} label={t('factor.qr')} />
            <div>
              <p className={css.label}>{t('factor.secret')}</p>
              <p className={css.copied}>
                <code>{begun.data.secret.match(/.{1,4}/g)?.join(' ')}</code>
                <CopyText text={begun.data.secret} what={t('factor.theSecret')} />
              </p>
            </div>
          </div>
          <TextInput
            label={t('factor.firstCode')}
            description={t('factor.firstCodeHelp')}
            inputWrapperOrder={fieldOrder}
            required
            maxLength={10}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          {confirm.error === null ? null : (
            <ErrorNotice title={t('factor.notOn')} code={problemCode(confirm.error)}>
              {problemText(confirm.error)}
            </ErrorNotice>
          )}
          <FormButtons submit={t('factor.turnOn')} busy={confirm.isPending} onCancel={onClose} />
        </Form>
      )}
    </Dialog>
  );
}
