import { routes } from '@proofpix/contract/routes';
import type { RunSummary } from '@proofpix/contract/runs';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { forgetRun } from './live-runs.ts';
import { runKeys } from './queries.ts';
import { lossOf } from './result-words.ts';

type Props = {
  runs: readonly RunSummary[];
  /** Derived files, where they are known. */
  files?: number;
  onClose: () => void;
  onDeleted?: () => void;
};

/** A run that is under way is cancelled, one that is done is deleted: the same act on the server. */
export function DeleteRunsDialog({ runs, files = 0, onClose, onDeleted }: Props) {
  const { t } = useTranslation('runs');
  const queryClient = useQueryClient();
  const gone = useRef<string[]>([]);
  const remove = useMutation({
    mutationFn: async () => {
      // One after the other: where one fails, those before it are gone and those behind it stand.
      for (const { id } of runs) {
        await removeRun(id);
        gone.current.push(id);
      }
    },
    onSuccess: () => {
      onDeleted?.();
      onClose();
    },
    onSettled: () => {
      // After the page was left: one that still shows a run would ask for it again.
      for (const id of gone.current) forgetRun(queryClient, id);
      return Promise.all([
        queryClient.invalidateQueries({ queryKey: runKeys.active }),
        queryClient.invalidateQueries({ queryKey: runKeys.histories }),
        queryClient.invalidateQueries({ queryKey: ['cases'] }),
      ]);
    },
  });
  const [run] = runs;
  if (run === undefined) return null;
  const one = runs.length === 1;
  const cancels = one && (run.state === 'waiting' || run.state === 'running');
  const verb = cancels ? 'cancel' : 'delete';
  const inCase = runs.filter((each) => each.case !== null);
  return (
    <ConfirmDialog
      title={one ? t(`${verb}.title`, { name: run.file.name }) : t('delete.titleMany', { count: runs.length })}
      action={one ? t(`${verb}.action`) : t('delete.actionMany', { count: runs.length })}
      dismiss={t(`${verb}.dismiss`)}
      busy={remove.isPending}
      error={
        remove.error === null ? null : (
          <ErrorNotice title={t(one ? 'delete.failed' : 'delete.failedMany')} code={problemCode(remove.error)}>
            {problemText(remove.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{one ? t('delete.lost', { loss: lossOf(t, run, files) }) : t('delete.lostMany')}</p>
      {inCase.length === 0 ? null : (
        <p>{t('delete.inCase', { count: inCase.length, title: inCase[0]?.case?.title })}</p>
      )}
    </ConfirmDialog>
  );
}

async function removeRun(id: string): Promise<void> {
  try {
    await call(routes.runs.remove, { params: { id } });
  } catch (error) {
    // Gone already is what was wanted.
    if (problemCode(error) !== 'run_not_found') throw error;
  }
}
