import type { WebhookDelivery, WebhookEndpoint } from '@proofpix/contract/api/webhooks';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { Empty, LoadingRows } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import type { Tone } from '../../ui/state.tsx';
import { ConnectionRow } from './connection-row.tsx';
import { EndpointDialog } from './endpoint-dialog.tsx';
import css from './forms.module.css';
import { ConnectionList } from './list.tsx';
import { deliveriesQuery, endpointsQuery, useChange } from './queries.ts';
import { SecretDialog } from './secret-dialog.tsx';

type Secret = { name: string; secret: string; until?: string };

/** Where plugins may send messages to. */
export function Endpoints() {
  const { may } = useAccount();
  const list = useQuery({ ...endpointsQuery, select: ({ items }) => items });
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState<WebhookEndpoint | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const test = useChange((id: string) => call(routes.webhooks.testEndpoint, { params: { id } }));
  const rotate = useChange(({ id }: WebhookEndpoint) => call(routes.webhooks.rotateEndpoint, { params: { id } }));
  const remove = useChange((id: string) => call(routes.webhooks.deleteEndpoint, { params: { id } }));
  const manage = may('webhooks:manage');

  return (
    <>
      <ConnectionList
        title="Messages go to"
        query={list}
        none="No address is registered, so no plugin can send a message."
        error={test.error ?? rotate.error}
        add={manage ? <Button onClick={() => setAdding(true)}>Add an address</Button> : null}
      >
        {list.data?.map((endpoint) => (
          <ConnectionRow
            key={endpoint.id}
            name={endpoint.name}
            detail={`${endpoint.url} · ${endpoint.types === null ? 'all messages' : endpoint.types.join(', ')}`}
            state={stateOf(endpoint)}
            actions={
              manage ? (
                <>
                  <Button
                    size="xs"
                    loading={test.isPending && test.variables === endpoint.id}
                    onClick={() => test.mutate(endpoint.id)}
                  >
                    Send a test
                  </Button>
                  <Button
                    size="xs"
                    onClick={() =>
                      rotate.mutate(endpoint, {
                        onSuccess: ({ secret: made, previousUntil }) =>
                          setSecret({ name: endpoint.name, secret: made, until: timeWithZone(previousUntil) }),
                      })
                    }
                  >
                    New secret
                  </Button>
                  <Button size="xs" onClick={() => setDeleting(endpoint)}>
                    Delete
                  </Button>
                </>
              ) : null
            }
            more={<Deliveries id={endpoint.id} />}
          />
        ))}
      </ConnectionList>
      {adding ? (
        <EndpointDialog
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setAdding(false);
            setSecret(made);
          }}
        />
      ) : null}
      {secret === null ? null : <SecretDialog {...secret} onClose={() => setSecret(null)} />}
      {deleting === null ? null : (
        <ConfirmDialog
          title={`Delete the address ${deleting.name}?`}
          action={`Delete ${deleting.name}`}
          busy={remove.isPending}
          onClose={() => setDeleting(null)}
          onConfirm={() => remove.mutate(deleting.id, { onSettled: () => setDeleting(null) })}
        >
          <p>Its secret and the record of what was sent are deleted. Messages that wait for it are not sent.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function stateOf({ enabled, disabledReason, failingSince }: WebhookEndpoint): { tone: Tone; words: string } {
  if (!enabled)
    return disabledReason === null ? { tone: 'stopped', words: 'Off' } : { tone: 'failed', words: disabledReason };
  return failingSince === null
    ? { tone: 'running', words: 'On' }
    : { tone: 'waits', words: `Failing since ${timeInList(failingSince)}` };
}

/** The newest messages to one address, and what became of them. */
function Deliveries({ id }: { id: string }) {
  const { may } = useAccount();
  const deliveries = useQuery(deliveriesQuery(id));
  const again = useChange((delivery: string) => call(routes.webhooks.redeliver, { params: { id: delivery } }));
  if (deliveries.data === undefined) return <LoadingRows rows={2} label="Loading what was sent" />;
  if (deliveries.data.items.length === 0) return <Empty>Nothing was sent to it yet.</Empty>;
  return (
    <ul className={css.list}>
      {deliveries.data.items.map((delivery) => (
        <li key={delivery.id}>
          <code>{delivery.type}</code>
          <span className={delivery.state === 'failed' ? css.bad : css.quiet}>{outcome(delivery)}</span>
          <time className={css.quiet} dateTime={delivery.createdAt} title={timeWithZone(delivery.createdAt)}>
            {timeInList(delivery.createdAt)}
          </time>
          {delivery.state === 'failed' && may('webhooks:manage') ? (
            <Button size="xs" loading={again.isPending} onClick={() => again.mutate(delivery.id)}>
              Send again
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function outcome({ state, attempts, responseStatus, lastError, nextAttemptAt }: WebhookDelivery): string {
  if (state === 'delivered') return `Taken, status ${responseStatus}`;
  const why = lastError ?? (responseStatus === null ? 'not sent yet' : `status ${responseStatus}`);
  if (state === 'failed') return `Given up after ${attempts}: ${why}`;
  return nextAttemptAt === null || attempts === 0 ? 'On its way' : `${why}; next try ${timeInList(nextAttemptAt)}`;
}
