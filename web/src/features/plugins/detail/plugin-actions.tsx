import type { Plugin } from '@proofpix/contract/api/plugins';
import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { ReleaseDialog } from '../../security/release-dialog.tsx';
import { undecided } from '../plugin-state.ts';
import { useRestriction } from '../use-restriction.ts';
import { useStartStop } from '../use-plugin-change.ts';
import css from './plugin-actions.module.css';
import { UninstallDialog } from './uninstall-dialog.tsx';

/** Start, stop, configure, uninstall and release. What cannot be done says why, in sight. */
export function PluginActions({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const startStop = useStartStop(plugin.id);
  const restriction = useRestriction();
  const why = useId();
  const [dialog, setDialog] = useState<'uninstall' | 'release' | null>(null);
  const locked = plugin.state === 'quarantined';
  const rests = plugin.circuit.state === 'open' || plugin.circuit.state === 'disabled';
  const runs = plugin.state === 'loaded';
  const unready = !runs && undecided(plugin).length > 0 ? t('blocked.undecided') : undefined;
  const denied = plugin.denied === null ? unready : t('blocked.denied', { why: plugin.denied });
  const blocked = restriction ?? (plugin.killed === null ? denied : t('blocked.killed'));
  const described = blocked === undefined ? {} : { 'aria-describedby': why };
  return (
    <div className={css.all}>
      <div className={css.buttons}>
        {locked || rests ? (
          <Button
            variant="filled"
            disabled={restriction !== undefined}
            {...described}
            onClick={() => setDialog('release')}
          >
            {locked ? t('release') : t('tryNow')}
          </Button>
        ) : null}
        {locked ? null : (
          <Button
            disabled={blocked !== undefined}
            {...described}
            loading={startStop.isPending}
            onClick={() => startStop.mutate(runs ? 'unload' : 'load')}
          >
            {runs ? t('stop') : t('start')}
          </Button>
        )}
        {plugin.configurable ? (
          <Button component={Link} to={paths.pluginSettings(plugin.id)}>
            {t('configure')}
          </Button>
        ) : null}
        <Button disabled={restriction !== undefined} {...described} onClick={() => setDialog('uninstall')}>
          {t('uninstall.open')}
        </Button>
      </div>
      {blocked === undefined ? null : (
        <p id={why} className={css.why}>
          {blocked}
        </p>
      )}
      {startStop.error === null ? null : (
        <ErrorNotice title={t('changeFailed', { name: plugin.name })} code={problemCode(startStop.error)}>
          {problemText(startStop.error)}
        </ErrorNotice>
      )}
      {dialog === 'uninstall' ? <UninstallDialog plugin={plugin} onClose={() => setDialog(null)} /> : null}
      {dialog === 'release' ? (
        <ReleaseDialog
          plugin={plugin.id}
          name={plugin.name}
          reason={plugin.stateReason ?? plugin.circuit.reason ?? ''}
          quarantined={locked}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </div>
  );
}
