import type { CaseDetail } from '@proofpix/contract/cases';
import { routes } from '@proofpix/contract/routes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { caseKeys } from './queries.ts';

type Props = { known: CaseDetail; onClose: () => void; onDeleted: () => void };

export function DeleteCaseDialog({ known, onClose, onDeleted }: Props) {
  const { t } = useTranslation('cases');
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call(routes.cases.remove, { params: { id: known.id } }),
    onSettled: (_reply, error) => {
      // Gone already is what was wanted.
      if (error !== null && problemCode(error) !== 'case_not_found') return;
      onDeleted();
      queryClient.removeQueries({ queryKey: caseKeys.one(known.id) });
      void queryClient.invalidateQueries({ queryKey: caseKeys.all });
      void queryClient.invalidateQueries({ queryKey: ['runs'] });
    },
  });
  return (
    <ConfirmDialog
      title={t('delete.title', { title: known.title })}
      action={t('delete.action')}
      dismiss={t('delete.dismiss')}
      busy={remove.isPending}
      error={
        remove.error === null || problemCode(remove.error) === 'case_not_found' ? null : (
          <ErrorNotice title={t('delete.failed')} code={problemCode(remove.error)}>
            {problemText(remove.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{t('delete.lost')}</p>
      <p>{t('delete.stays', { count: known.exhibitCount })}</p>
    </ConfirmDialog>
  );
}
