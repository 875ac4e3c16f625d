import { routes } from '@proofpix/contract/routes';
import { useTranslation } from 'react-i18next';
import { call } from '../../api.ts';
import { securityKeys } from './queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import css from './release-dialog.module.css';

type Props = { plugin: string; name: string; reason: string; quarantined: boolean; onClose: () => void };

export function ReleaseDialog({ plugin, name, reason, quarantined, onClose }: Props) {
  const { t } = useTranslation('security');
  return (
    <ReasonDialog
      title={t(quarantined ? 'release.title' : 'release.retryTitle', { name })}
      label={t('release.why')}
      help={t('release.whyHelp')}
      submit={t(quarantined ? 'release.action' : 'release.retryAction', { name })}
      missing={t('release.missing')}
      failed={t('release.failed')}
      changes={securityKeys.all}
      act={(why) => call(routes.plugins.release, { params: { id: plugin }, body: { reason: why } })}
      onClose={onClose}
    >
      <p className={css.text} tabIndex={-1} data-autofocus>
        {reason} {quarantined ? t('release.after') : t('release.retryAfter')}
      </p>
    </ReasonDialog>
  );
}
