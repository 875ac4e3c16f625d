import type { Submission } from '@proofpix/contract/api/submissions';
import { submissionSteps } from '@proofpix/contract/publishing';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { useToast } from '../../../ui/toasts.tsx';
import { useSubmissionChange } from '../queries.ts';
import { SendDialog } from './send-dialog.tsx';

/** What its state allows: the table of the contract says it, the server decides again. */
export function SubmissionActions({ submission }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const toast = useToast();
  const [open, setOpen] = useState<'send' | 'withdraw' | null>(null);
  const { id, state, name, plugin, fileName } = submission;
  const params = { id };
  const scan = useSubmissionChange(id, () => call(routes.submissions.scan, { params }));
  const withdraw = useSubmissionChange(id, () => call(routes.submissions.withdraw, { params }));
  const next = submissionSteps[state];
  const named = { name: name ?? plugin ?? fileName };
  const close = () => {
    setOpen(null);
    withdraw.reset();
  };
  return (
    <>
      {state === 'not-scanned' ? (
        <Button
          variant="filled"
          loading={scan.isPending}
          onClick={() => scan.mutate(undefined, { onError: (error) => toast({ text: problemText(error) }) })}
        >
          {t('scanAgain')}
        </Button>
      ) : null}
      {next.includes('waiting') && (state === 'draft' || state === 'rejected') ? (
        <Button variant="filled" onClick={() => setOpen('send')}>
          {t(state === 'draft' ? 'send.open' : 'appeal.open')}
        </Button>
      ) : null}
      {/* Beside what goes on, it would be too much for a phone's bar. */}
      {!next.includes('withdrawn') ? null : state === 'draft' || state === 'not-scanned' ? (
        <MenuButton name={named.name} actions={[{ label: t('withdraw.open'), onClick: () => setOpen('withdraw') }]} />
      ) : (
        <Button onClick={() => setOpen('withdraw')}>{t('withdraw.open')}</Button>
      )}
      {open === 'send' ? <SendDialog submission={submission} onClose={close} /> : null}
      {open === 'withdraw' ? (
        <ConfirmDialog
          title={t('withdraw.title', named)}
          action={t('withdraw.action')}
          busy={withdraw.isPending}
          error={
            withdraw.error === null ? undefined : (
              <ErrorNotice title={t('withdraw.failed')} code={problemCode(withdraw.error)}>
                {problemText(withdraw.error)}
              </ErrorNotice>
            )
          }
          onClose={close}
          onConfirm={() => withdraw.mutate(undefined, { onSuccess: close })}
        >
          <p>{t('withdraw.text')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
