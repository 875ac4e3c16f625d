import type { Plugin } from '@proofpix/contract/api/plugins';
import type { PluginFootprint } from '@proofpix/contract/inspection';
import { routes } from '@proofpix/contract/routes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, problemCode, problemText } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { bytes, count, listed } from '../../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { useToast } from '../../../ui/toasts.tsx';
import { footprintQuery, pluginsQuery } from '../queries.ts';
import css from './uninstall-dialog.module.css';

/** Names what is lost, with its size, before anything is. */
export function UninstallDialog({ plugin, onClose }: { plugin: Plugin; onClose: () => void }) {
  const { t } = useTranslation('plugins');
  const { id, name } = plugin;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const footprint = useQuery(footprintQuery(id));
  const uninstall = useMutation({
    mutationFn: () => call(routes.plugins.uninstall, { params: { id } }),
    onSuccess: async () => {
      // First away from its page: what is gone must not be asked for again.
      onClose();
      await navigate(paths.plugins);
      queryClient.setQueryData(
        pluginsQuery.queryKey,
        (before) =>
          before && { ...before, items: before.items.filter((each) => each.id !== id), total: before.total - 1 },
      );
      toast({ text: t('uninstall.done', { name }) });
      await queryClient.invalidateQueries({ queryKey: ['plugins'], refetchType: 'active' });
      await queryClient.invalidateQueries({ queryKey: ['hooks'] });
    },
  });
  return (
    <ConfirmDialog
      title={t('uninstall.title', { name })}
      action={t('uninstall.action', { name })}
      busy={uninstall.isPending}
      error={
        uninstall.error === null ? undefined : (
          <ErrorNotice title={t('uninstall.failed')} code={problemCode(uninstall.error)}>
            {problemText(uninstall.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => uninstall.mutate()}
      onClose={onClose}
    >
      {footprint.data === undefined && footprint.error === null ? (
        <LoadingRows rows={2} label={t('uninstall.counting')} />
      ) : null}
      {footprint.error === null ? null : <p>{t('uninstall.unknownLoss')}</p>}
      {footprint.data === undefined ? null : <Loss footprint={footprint.data} />}
    </ConfirmDialog>
  );
}

function Loss({ footprint }: { footprint: PluginFootprint }) {
  const { t } = useTranslation('plugins');
  const lost = lostThings(footprint, t);
  return (
    <>
      <p>
        {lost.length === 0 ? t('uninstall.nothing') : t('uninstall.lost', { things: listed(lost) })}{' '}
        {t('uninstall.stays')}
      </p>
      {footprint.hooks.map(({ hook, plugins }) => (
        <p key={hook} className={css.others}>
          {t('uninstall.hook', { hook, plugins: listed(plugins), count: plugins.length })}
        </p>
      ))}
      {footprint.dependents.length === 0 ? null : (
        <p className={css.others}>
          {t('uninstall.dependents', {
            plugins: listed(footprint.dependents.map(({ name }) => name)),
            count: footprint.dependents.length,
          })}
        </p>
      )}
    </>
  );
}

function lostThings(footprint: PluginFootprint, t: TFunction<'plugins'>): string[] {
  const { settings, secrets, storedBytes, storedKeys, logLines, daysOfFigures } = footprint;
  const things: [number, () => string][] = [
    [settings, () => t('uninstall.settings', { count: settings, number: count(settings) })],
    [secrets, () => t('uninstall.secrets', { count: secrets, number: count(secrets) })],
    [
      storedKeys,
      () => t('uninstall.stored', { count: storedKeys, number: count(storedKeys), size: bytes(storedBytes) }),
    ],
    [logLines, () => t('uninstall.lines', { count: logLines, number: count(logLines) })],
    [daysOfFigures, () => t('uninstall.days', { count: daysOfFigures, number: count(daysOfFigures) })],
  ];
  return things.filter(([number]) => number > 0).map(([, words]) => words());
}
