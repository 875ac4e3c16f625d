import type { Submission } from '@proofpix/contract/api/submissions';
import { routes } from '@proofpix/contract/routes';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { useSubmissionChange } from '../queries.ts';
import { PackageDrop, packageForm, type ChosenPackage } from '../wizard/package-drop.tsx';
import css from './submission.module.css';

/** Another package in the place of the one that was sent: it is scanned anew, and approvals of the other do not count. */
export function MendedPackage({ submission: { id, state, approvals } }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const send = useSubmissionChange(id, async (chosen: ChosenPackage) =>
    call(routes.submissions.replace, { params: { id }, form: await packageForm(chosen) }),
  );
  if (state === 'received') return null;
  return (
    <div className={css.mend}>
      <PackageDrop
        title={t(approvals.given > 0 ? 'drop.mendedApproved' : 'drop.mended')}
        busy={send.isPending}
        onPackage={(chosen) => send.mutate(chosen)}
      />
      {send.error === null ? null : (
        <ErrorNotice title={t('drop.failed')} code={problemCode(send.error)}>
          {problemText(send.error)}
        </ErrorNotice>
      )}
    </div>
  );
}
