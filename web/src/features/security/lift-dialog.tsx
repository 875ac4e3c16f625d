import type { KillRecord } from '@proofpix/contract/api/trust';
import { routes } from '@proofpix/contract/routes';
import { useTranslation } from 'react-i18next';
import { call } from '../../api.ts';
import { killListQuery } from './queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import css from './release-dialog.module.css';

export function LiftDialog({ entry, onClose }: { entry: KillRecord; onClose: () => void }) {
  const { t } = useTranslation('security');
  return (
    <ReasonDialog
      title={t('kill.liftTitle', { value: entry.value })}
      label={t('release.why')}
      submit={t('kill.liftAction')}
      missing={t('release.missing')}
      failed={t('kill.notLifted')}
      changes={killListQuery.queryKey}
      act={(reason) => call(routes.trust.lift, { params: { id: entry.id }, body: { reason } })}
      onClose={onClose}
    >
      <p className={css.text} tabIndex={-1} data-autofocus>
        {entry.reason}. {t('kill.liftAfter')}
      </p>
    </ReasonDialog>
  );
}
