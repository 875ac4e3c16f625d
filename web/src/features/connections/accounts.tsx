import type { OauthConnection, OauthProvider } from '@proofpix/contract/api/oauth';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
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
        title="Accounts"
        query={list}
        none="No provider is registered, so plugins can use no account."
        error={connect.error ?? remove.error}
        add={manage ? <Button onClick={() => setAdding(true)}>Add a provider</Button> : null}
      >
        {list.data?.map((row) => (
          <ConnectionRow
            key={row.provider.name}
            name={row.provider.name}
            detail={detailOf(row)}
            state={stateOf(row)}
            actions={
              manage ? (
                <>
                  <Button
                    size="xs"
                    loading={connect.isPending && connect.variables === row.provider.name}
                    onClick={() => connect.mutate(row.provider.name)}
                  >
                    {row.connection === null ? 'Connect an account' : 'Connect again'}
                  </Button>
                  <Button size="xs" onClick={() => setRemoving(row)}>
                    {row.connection === null ? 'Delete' : 'Disconnect'}
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
          title={`${removing.connection === null ? 'Delete' : 'Disconnect'} ${removing.provider.name}?`}
          action={`${removing.connection === null ? 'Delete' : 'Disconnect'} ${removing.provider.name}`}
          busy={remove.isPending}
          onClose={() => setRemoving(null)}
          onConfirm={() => remove.mutate(removing, { onSettled: () => setRemoving(null) })}
        >
          <p>
            {removing.connection === null
              ? 'Its client id and secret are deleted. Plugins can no longer ask for an account of it.'
              : 'Its tokens are deleted here and taken back at the provider. Plugins that use the account fail from then on.'}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function detailOf({ provider, connection }: Row): string {
  if (connection === null) return `Register ${provider.redirectUri} there as the redirect address.`;
  const who = connection.plugins === null ? 'every plugin with the permission' : connection.plugins.join(', ');
  return `${connection.account ?? 'An account'} · for ${who === '' ? 'no plugin' : who}`;
}

function stateOf({ connection }: Row): { tone: Tone; words: string } {
  if (connection === null) return { tone: 'stopped', words: 'Not connected' };
  return connection.state === 'connected'
    ? { tone: 'running', words: 'Connected' }
    : { tone: 'failed', words: connection.lostReason ?? 'Lost: connect it again' };
}
