import type { Plugin } from '@proofpix/contract/api/plugins';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { DetailPanel } from '../../../ui/detail-panel.tsx';
import { timeInList } from '../../../ui/format.ts';
import { ActivityFigures } from '../detail/activity-figures.tsx';
import { PermissionSwitches } from '../detail/permission-switches.tsx';
import { PluginActions } from '../detail/plugin-actions.tsx';
import { RecentEvents } from '../detail/recent-events.tsx';
import { PluginIcon } from '../plugin-icon.tsx';
import { stateOf } from '../plugin-state.ts';
import { activityQuery } from '../queries.ts';
import css from './plugin-panel.module.css';

type Props = { plugin: Plugin; onClose: () => void; onStep: (direction: 1 | -1) => void };

/** One plugin beside the list: what somebody who runs the place needs; the rest stands on its page. */
export function PluginPanel({ plugin, onClose, onStep }: Props) {
  const { t } = useTranslation('plugins');
  const { data } = useQuery(activityQuery);
  const running = data?.items.find((item) => item.plugin === plugin.id)?.running;
  const state = stateOf(plugin, running === false, t);
  const since =
    state.tone === 'running' && plugin.loadedAt !== null
      ? t('since', { time: timeInList(plugin.loadedAt) })
      : state.words;
  return (
    <DetailPanel
      title={plugin.name}
      icon={<PluginIcon plugin={plugin} size={32} />}
      detail={`${plugin.publisher} · ${plugin.version} · ${since}`}
      onClose={onClose}
      onStep={onStep}
    >
      {state.reason === null ? null : <p className={css.reason}>{state.reason}</p>}
      <PluginActions plugin={plugin} />
      <ActivityFigures id={plugin.id} />
      <PermissionSwitches plugin={plugin} />
      <RecentEvents id={plugin.id} short />
      <p className={css.more}>
        <Link to={paths.plugin(plugin.id)}>{t('openPage')}</Link>
      </p>
    </DetailPanel>
  );
}
