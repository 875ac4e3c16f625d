import type { Plugin } from '@proofpix/contract/api/plugins';
import type { RestorePoint } from '@proofpix/contract/api/updates';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { bytes, count, listed, timeInList, timeWithZone } from '../../../ui/format.ts';
import rows from '../../../ui/list-row.module.css';
import { Empty, ErrorNotice } from '../../../ui/notice.tsx';
import { useToast } from '../../../ui/toasts.tsx';
import css from '../../security/locked-plugins.module.css';
import { restorePointsQuery } from '../queries.ts';
import { showPlugin } from '../use-plugin-change.ts';
import { useRestriction } from '../use-restriction.ts';

/** The kept states, newest first. One that the kill list, the policy or a pin forbids says so instead of its button. */
export function RestorePoints({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const restriction = useRestriction();
  const { data: points, error } = useQuery(restorePointsQuery(plugin.id));
  const [chosen, setChosen] = useState<RestorePoint | null>(null);
  return (
    <>
      {points === undefined && error !== null ? (
        <ErrorNotice title={t('updates.failed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {points?.length === 0 ? <Empty>{t('updates.none')}</Empty> : null}
      <ul>
        {points?.map((point) => {
          const { id, version, at, reason, permissions, configured, values, obstacle, watchedUntil } = point;
          const granted = permissions.length === 0 ? t('updates.noGrants') : listed(permissions);
          return (
            <li key={id} className={rows.row}>
              <div className={rows.what}>
                <span className={css.name} title={timeWithZone(at)}>
                  {t('updates.point', { version, time: timeInList(at) })}
                </span>
                <p className={css.reason}>
                  {t(`updates.before.${reason}`)} ·{' '}
                  {t('updates.holds', {
                    permissions: granted,
                    settings: count(configured),
                    values: count(values),
                    size: bytes(point.bytes),
                  })}
                </p>
                {watchedUntil === null ? null : (
                  <p className={css.reason}>{t('updates.watched', { time: timeWithZone(watchedUntil) })}</p>
                )}
                {obstacle === null ? null : <p className={css.reason}>{obstacle.message}</p>}
              </div>
              <Button
                disabled={restriction !== undefined || obstacle !== null}
                aria-label={t('updates.openOf', { version, time: timeInList(at) })}
                onClick={() => setChosen(point)}
              >
                {t('updates.open')}
              </Button>
            </li>
          );
        })}
      </ul>
      {chosen === null ? null : <SetBack plugin={plugin} point={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

function SetBack({ plugin, point, onClose }: { plugin: Plugin; point: RestorePoint; onClose: () => void }) {
  const { t } = useTranslation('plugins');
  const queryClient = useQueryClient();
  const toast = useToast();
  const { id, name } = plugin;
  const { version, at } = point;
  const rollback = useMutation({
    mutationFn: () => call(routes.plugins.rollback, { params: { id }, body: { to: point.id } }),
    onSuccess: async (reply) => {
      onClose();
      showPlugin(queryClient, reply);
      toast({ text: t('updates.done', { name, version: reply.version }) });
      await queryClient.invalidateQueries({ queryKey: ['plugins'] });
    },
  });
  return (
    <ConfirmDialog
      title={t('updates.dialog', { name, version })}
      action={t('updates.action', { version })}
      busy={rollback.isPending}
      error={
        rollback.error === null ? undefined : (
          <ErrorNotice title={t('updates.notDone')} code={problemCode(rollback.error)}>
            {problemText(rollback.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => rollback.mutate()}
      onClose={onClose}
    >
      <p>{t('updates.means', { time: timeWithZone(at) })}</p>
    </ConfirmDialog>
  );
}
