import type { Device, EndedSession } from '@proofpix/contract/api/sessions';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './account-page.module.css';
import { devicesQuery, useAccountChange } from './queries.ts';

/** Where the account is signed in, so that what is not one's own is found and ended. */
export function Devices() {
  const { t } = useTranslation('account');
  const toast = useToast();
  const { data, error, isPending, refetch } = useQuery(devicesQuery);
  const [asking, setAsking] = useState(false);
  const end = useAccountChange((id: string) => call(routes.sessions.remove, { params: { id } }));
  const endOthers = useAccountChange(() => call(routes.sessions.removeOthers));
  const items = data?.items ?? [];
  const failed = end.error ?? endOthers.error;
  return (
    <Section
      title={t('devices.title')}
      actions={items.length > 1 ? <Button onClick={() => setAsking(true)}>{t('devices.endOthers')}</Button> : undefined}
    >
      {isPending ? <LoadingRows rows={2} label={t('devices.loading')} /> : null}
      {error !== null && data === undefined ? (
        <ErrorNotice title={t('devices.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {failed === null ? null : (
        <ErrorNotice title={t('devices.notEnded')} code={problemCode(failed)}>
          {problemText(failed)}
        </ErrorNotice>
      )}
      <Reused items={data?.reused ?? []} />
      <ul>
        {items.map((device) => (
          <ListRow
            key={device.id}
            what={
              <>
                <p className={css.name}>{nameOf(device, t)}</p>
                <p className={css.detail}>
                  {t('devices.from', { address: device.address ?? t('devices.unknownAddress') })}
                  {' · '}
                  <time dateTime={device.createdAt} title={timeWithZone(device.createdAt)}>
                    {t('devices.since', { time: timeInList(device.createdAt) })}
                  </time>
                  {device.lastUsedAt === null ? null : (
                    <>
                      {' · '}
                      <time dateTime={device.lastUsedAt} title={timeWithZone(device.lastUsedAt)}>
                        {t('devices.lastUsed', { time: timeInList(device.lastUsedAt) })}
                      </time>
                    </>
                  )}
                </p>
              </>
            }
          >
            {' '}
            {device.current ? (
              <State tone="running" words={t('devices.this')} />
            ) : (
              <Button
                aria-label={t('devices.endNamed', { name: nameOf(device, t) })}
                loading={end.isPending && end.variables === device.id}
                onClick={() => end.mutate(device.id, { onSuccess: () => toast({ text: t('devices.ended') }) })}
              >
                {t('devices.end')}
              </Button>
            )}
          </ListRow>
        ))}
      </ul>
      {asking ? (
        <ConfirmDialog
          title={t('devices.askTitle')}
          action={t('devices.endOthers')}
          busy={endOthers.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            endOthers.mutate(undefined, {
              onSuccess: ({ ended }) => toast({ text: t('devices.endedOthers', { count: ended }) }),
              onSettled: () => setAsking(false),
            })
          }
        >
          <p>{t('devices.askText')}</p>
        </ConfirmDialog>
      ) : null}
    </Section>
  );
}

/** What ended without anybody signing out stands before what goes on. */
function Reused({ items }: { items: readonly EndedSession[] }) {
  const { t } = useTranslation('account');
  if (items.length === 0) return null;
  return (
    <ul aria-label={t('devices.reused')}>
      {items.map((ended) => (
        <ListRow
          key={ended.id}
          what={
            <>
              <p className={css.name}>{nameOf({ ...ended, kind: 'program' }, t)}</p>
              <p className={css.detail}>{t('devices.reusedText', { address: ended.address })}</p>
              <p className={css.detail}>
                <time dateTime={ended.at}>{timeWithZone(ended.at)}</time>
                {' · '}
                {ended.organisation}
              </p>
            </>
          }
        >
          {' '}
          <State tone="failed" words={t('devices.reusedState')} />
        </ListRow>
      ))}
    </ul>
  );
}

/** "Firefox on Windows", as far as it is known. */
function nameOf(
  { program, system, kind }: Pick<Device, 'program' | 'system' | 'kind'>,
  t: TFunction<'account'>,
): string {
  const name = program ?? t(kind === 'browser' ? 'devices.someBrowser' : 'devices.someProgram');
  return system === null ? name : t('devices.on', { program: name, system });
}
