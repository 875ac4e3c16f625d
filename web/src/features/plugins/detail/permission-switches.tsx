import type { Plugin } from '@proofpix/contract/api/plugins';
import { Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { Empty, ErrorNotice } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { permissionSentence } from '../permission-words.ts';
import { useRestriction } from '../use-restriction.ts';
import css from './permission-switches.module.css';
import { useGrants } from './use-grants.ts';

/** What it may do. The next host call of a running plugin is judged by it. */
export function PermissionSwitches({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const restriction = useRestriction();
  const grants = useGrants(plugin);
  return (
    <Section title={t('permissions.title')}>
      {plugin.permissions.length === 0 ? <Empty>{t('permissions.none')}</Empty> : null}
      <ul>
        {plugin.permissions.map(({ permission, decision }) => {
          const sentence = permissionSentence(permission, plugin.hosts, t);
          return (
            <li key={permission} className={css.row}>
              <Switch
                className={css.switch}
                labelPosition="left"
                label={sentence}
                description={decision === 'pending' ? t('permissions.pending') : undefined}
                withThumbIndicator={false}
                checked={decision === 'granted'}
                disabled={restriction !== undefined}
                onChange={(event) => grants.set(permission, event.currentTarget.checked, sentence)}
              />
            </li>
          );
        })}
      </ul>
      {plugin.permissions.length === 0 || restriction === undefined ? null : (
        <p className={css.restriction}>{restriction}</p>
      )}
      {grants.error === null ? null : (
        <ErrorNotice title={t('permissions.failed')} code={problemCode(grants.error)}>
          {problemText(grants.error)}
        </ErrorNotice>
      )}
    </Section>
  );
}
