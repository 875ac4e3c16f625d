import type { Plugin } from '@proofpix/contract/api/plugins';
import type { PluginUpdates } from '@proofpix/contract/api/updates';
import type { UpdateMode } from '@proofpix/contract/policies';
import { updateModes } from '@proofpix/contract/update-modes';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import rows from '../../../ui/list-row.module.css';
import { ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { State } from '../../../ui/state.tsx';
import { TryAgain } from '../../../ui/try-again.tsx';
import { useRestriction } from '../../policies/use-restriction.ts';
import css from '../../security/locked-plugins.module.css';
import { updatesQuery } from '../queries.ts';
import { RestorePoints } from './restore-points.tsx';

/** How it is updated, what waits, and the states that it can be set back to. */
export function Updates({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const { id } = plugin;
  const restriction = useRestriction();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(updatesQuery(id));
  const save = useMutation({
    mutationFn: (body: { mode: UpdateMode | null; pin: string | null }) =>
      call(routes.plugins.putUpdates, { params: { id }, body }),
    onSuccess: (reply) => queryClient.setQueryData(updatesQuery(id).queryKey, reply),
  });
  return (
    <Section title={t('updates.title')} aside={restriction}>
      {data === undefined && error === null ? <LoadingRows rows={3} label={t('updates.title')} /> : null}
      {data === undefined && error !== null ? (
        <ErrorNotice title={t('updates.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {data === undefined ? null : (
        <>
          <Told updates={data} />
          <div className={rows.row}>
            <div className={rows.what}>
              <span className={css.name}>{t('updates.mode')}</span>
            </div>
            <NativeSelect
              aria-label={t('updates.mode')}
              value={data.mode ?? ''}
              disabled={restriction !== undefined || save.isPending}
              data={[
                {
                  value: '',
                  label: t('updates.organisation', { mode: t(`updates.modes.${data.organisation.mode}`) }),
                },
                ...updateModes.map((value) => ({ value, label: t(`updates.modes.${value}`) })),
              ]}
              onChange={(event) => {
                const mode = updateModes.find((each) => each === event.currentTarget.value) ?? null;
                save.mutate({ mode, pin: data.pin });
              }}
            />
          </div>
          <div className={rows.row}>
            <div className={rows.what}>
              <span className={css.name}>
                {data.pin === null ? t('updates.pinName') : t('updates.pinned', { version: data.pin })}
              </span>
              <p className={css.reason}>{t('updates.pinMeans')}</p>
            </div>
            <Button
              disabled={restriction !== undefined}
              loading={save.isPending}
              onClick={() => save.mutate({ mode: data.mode, pin: data.pin === null ? plugin.version : null })}
            >
              {data.pin === null ? t('updates.pin', { version: plugin.version }) : t('updates.unpin')}
            </Button>
          </div>
        </>
      )}
      {save.error === null ? null : (
        <ErrorNotice title={t('updates.notSaved')} code={problemCode(save.error)}>
          {problemText(save.error)}
        </ErrorNotice>
      )}
      <RestorePoints plugin={plugin} />
    </Section>
  );
}

/** What there is to know before anybody chooses. */
function Told({ updates }: { updates: PluginUpdates }) {
  const { t } = useTranslation('plugins');
  const { newer, waiting, wentBack, dangerous } = updates;
  return (
    <ul>
      {dangerous === null ? null : (
        <li className={rows.row}>
          <p className={rows.what}>{t('updates.dangerous', { why: dangerous })}</p>
        </li>
      )}
      {waiting === null ? null : (
        <li className={rows.row}>
          <div className={rows.what}>
            <span className={css.name}>{t('updates.waiting', { version: waiting.version })}</span>
            <p className={css.reason}>{waiting.message}</p>
          </div>
          <State tone="waits" words={t('state.waits')} />
        </li>
      )}
      {wentBack === null ? null : (
        <li className={rows.row}>
          <div className={rows.what}>
            <span className={css.name}>{t('updates.wentBack', { version: wentBack.version })}</span>
            <p className={css.reason}>{wentBack.reason}</p>
          </div>
          <State tone="failed" words={t('state.failed')} />
        </li>
      )}
      {newer.map(({ version, installs, why }) => (
        <li key={version} className={rows.row}>
          <div className={rows.what}>
            <span className={css.name}>{t('updates.newer', { version })}</span>
            <p className={css.reason}>{t(installs ? 'updates.installs' : 'updates.stays', { why })}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
