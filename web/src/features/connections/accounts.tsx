import type { OauthConnection, OauthProvider } from '@proofpix/contract/api/oauth';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useAccount } from '../accounts/queries.ts';
import type { Tone } from '../../ui/state.tsx';
import { ConnectionRow } from './connection-row.tsx';
import { ConnectionList } from './list.tsx';
import { ProviderDialog } from './provider-dialog.tsx';
import { accountsQuery, useChange } from './queries.ts';

type Row = { provider: OauthProvider; connection: OauthConnection | null };

/** The providers, and the accounts at them that plugins may use for short periods. */
export function Accounts() {
  const { t } = useTranslation('connections');
  const { may } = useAccount();
  const list = useQuery(accountsQuery);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Row | null>(null);
  const connect = useChange(async (provider: string) => {
    const { url } = await call(routes.oauth.connect, { params: { provider }, body: {} });
    location.assign(url);
  });
  const remove = useChange(async ({ provider: { name }, connection }: Row) => {
    const params = { provider: name };
    if (connection === null) await call(routes.oauth.removeProvider, { params });
    else await call(routes.oauth.disconnect, { params });
  });
  const manage = may('oauth:manage');

  return (
    <>
      <ConnectionList
        title={t('account.title')}
        query={list}
        none={t('account.none')}
        error={connect.error ?? remove.error}
        add={manage ? <Button onClick={() => setAdding(true)}>{t('account.add')}</Button> : null}
      >
        {list.data?.map((row) => (
          <ConnectionRow
            key={row.provider.name}
            name={row.provider.name}
            detail={detailOf(row, t)}
            state={stateOf(row, t)}
            actions={
              manage ? (
                <>
                  <Button
                    size="xs"
                    loading={connect.isPending && connect.variables === row.provider.name}
                    onClick={() => connect.mutate(row.provider.name)}
                  >
                    {row.connection === null ? t('account.connect') : t('account.connectAgain')}
                  </Button>
                  <Button size="xs" onClick={() => setRemoving(row)}>
                    {row.connection === null ? t('delete') : t('account.disconnect')}
                  </Button>
                </>
              ) : null
            }
          />
        ))}
      </ConnectionList>
      {adding ? <ProviderDialog onClose={() => setAdding(false)} /> : null}
      {removing === null ? null : (
        <ConfirmDialog
          title={t(removing.connection === null ? 'account.deleteTitle' : 'account.disconnectTitle', {
            name: removing.provider.name,
          })}
          action={t(removing.connection === null ? 'deleteNamed' : 'account.disconnectNamed', {
            name: removing.provider.name,
          })}
          busy={remove.isPending}
          onClose={() => setRemoving(null)}
          onConfirm={() => remove.mutate(removing, { onSettled: () => setRemoving(null) })}
        >
          <p>{removing.connection === null ? t('account.deleteText') : t('account.disconnectText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function detailOf({ provider, connection }: Row, t: TFunction<'connections'>): string {
  if (connection === null) return t('account.register', { address: provider.redirectUri });
  const who = connection.plugins === null ? t('account.everyPlugin') : connection.plugins.join(', ');
  return t('account.usedBy', {
    account: connection.account ?? t('account.anAccount'),
    who: who === '' ? t('account.noPlugin') : who,
  });
}

function stateOf({ connection }: Row, t: TFunction<'connections'>): { tone: Tone; words: string } {
  if (connection === null) return { tone: 'stopped', words: t('account.notConnected') };
  return connection.state === 'connected'
    ? { tone: 'running', words: t('account.connected') }
    : { tone: 'failed', words: connection.lostReason ?? t('account.lost') };
}
