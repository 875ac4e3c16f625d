import type { Plugin } from '@proofpix/contract/api/plugins';
import { IconPlayerPlay, IconPlayerStop, IconSettings, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { paths } from '../../../paths.ts';
import { MenuButton, type MenuAction } from '../../../ui/menu-button.tsx';
import { StartFailed } from '../detail/start-failed.tsx';
import { UninstallDialog } from '../detail/uninstall-dialog.tsx';
import { undecided } from '../plugin-state.ts';
import { useStartStop } from '../use-plugin-change.ts';
import { useRestriction } from '../use-restriction.ts';

/** All that can be done with one plugin of the list. */
export function PluginMenu({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const navigate = useNavigate();
  const startStop = useStartStop(plugin.id);
  const restriction = useRestriction();
  const [leaving, setLeaving] = useState(false);
  const runs = plugin.state === 'loaded';
  const blocked = restriction ?? (runs ? undefined : obstacle());
  function obstacle(): string | undefined {
    if (plugin.killed !== null) return t('blocked.killed');
    if (plugin.denied !== null) return t('blocked.denied', { why: plugin.denied });
    if (plugin.state === 'quarantined') return t('blocked.locked');
    return undecided(plugin).length > 0 ? t('blocked.undecided') : undefined;
  }
  const actions: MenuAction[] = [
    {
      label: runs ? t('stop') : t('start'),
      icon: runs ? IconPlayerStop : IconPlayerPlay,
      disabledBecause: blocked,
      onClick: () => startStop.mutate(runs ? 'unload' : 'load'),
    },
    ...(plugin.configurable
      ? [
          {
            label: t('configure'),
            icon: IconSettings,
            onClick: () => void navigate(paths.pluginSettings(plugin.id)),
          },
        ]
      : []),
    {
      label: t('uninstall.open'),
      icon: IconTrash,
      loss: true,
      disabledBecause: restriction,
      onClick: () => setLeaving(true),
    },
  ];
  return (
    <>
      <MenuButton name={plugin.name} actions={actions} />
      {leaving ? <UninstallDialog plugin={plugin} onClose={() => setLeaving(false)} /> : null}
      {startStop.error === null ? null : (
        <StartFailed plugin={plugin} error={startStop.error} onClose={() => startStop.reset()} />
      )}
    </>
  );
}
