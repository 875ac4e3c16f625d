import { routes } from '@proofpix/contract/routes';
import type { RunSummary } from '@proofpix/contract/runs';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, problemCode, problemText } from '../../api.ts';
import { counted } from '../../ui/format.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { forgetRun } from './live-runs.ts';
import { runKeys } from './queries.ts';

type Props = {
  run: RunSummary;
  /** A run that is under way is cancelled, one that is done is deleted: the same act on the server. */
  verb: 'Cancel' | 'Delete';
  files?: number;
  onClose: () => void;
  onDeleted?: () => void;
};

export function DeleteRunDialog({ run, verb, files = 0, onClose, onDeleted }: Props) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call(routes.runs.remove, { params: { id: run.id } }),
    onSettled: async (_reply, error) => {
      // Gone already is what was wanted.
      if (error !== null && problemCode(error) !== 'run_not_found') return;
      forgetRun(queryClient, run.id);
      onDeleted?.();
      onClose();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: runKeys.active }),
        queryClient.invalidateQueries({ queryKey: runKeys.histories }),
      ]);
    },
  });
  const { strong, possible, note } = run.findingCounts;
  const findings = strong + possible + note;
  const lost = [
    'The photo as it was received',
    'its metadata and custody record',
    ...(findings > 0 ? [counted(findings, 'finding')] : []),
    ...(files > 0 ? [counted(files, 'derived file')] : []),
  ];
  return (
    <ConfirmDialog
      title={`${verb} ${verb === 'Cancel' ? 'the run of ' : ''}${run.file.name}?`}
      action={verb === 'Cancel' ? 'Cancel the run' : 'Delete the run'}
      dismiss={verb === 'Cancel' ? 'Let it run' : 'Keep it'}
      busy={remove.isPending}
      error={
        remove.error === null || problemCode(remove.error) === 'run_not_found' ? null : (
          <ErrorNotice title="Nothing was deleted" code={problemCode(remove.error)}>
            {problemText(remove.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{`${lost.slice(0, -1).join(', ')} and ${lost.at(-1)} are deleted from this server. This cannot be undone.`}</p>
    </ConfirmDialog>
  );
}
