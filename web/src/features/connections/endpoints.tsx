import type { WebhookDelivery, WebhookEndpoint } from '@proofpix/contract/api/webhooks';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
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
  const { t } = useTranslation('connections');
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
        title={t('endpoint.title')}
        query={list}
        none={t('endpoint.none')}
        error={test.error ?? rotate.error}
        add={manage ? <Button onClick={() => setAdding(true)}>{t('endpoint.add')}</Button> : null}
      >
        {list.data?.map((endpoint) => (
          <ConnectionRow
            key={endpoint.id}
            name={endpoint.name}
            detail={`${endpoint.url} · ${endpoint.types === null ? t('endpoint.all') : endpoint.types.join(', ')}`}
            state={stateOf(endpoint, t)}
            actions={
              manage ? (
                <>
                  <Button
                    size="xs"
                    loading={test.isPending && test.variables === endpoint.id}
                    onClick={() => test.mutate(endpoint.id)}
                  >
                    {t('endpoint.test')}
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
                    {t('newSecret')}
                  </Button>
                  <Button size="xs" onClick={() => setDeleting(endpoint)}>
                    {t('delete')}
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
          title={t('endpoint.deleteTitle', { name: deleting.name })}
          action={t('deleteNamed', { name: deleting.name })}
          busy={remove.isPending}
          onClose={() => setDeleting(null)}
          onConfirm={() => remove.mutate(deleting.id, { onSettled: () => setDeleting(null) })}
        >
          <p>{t('endpoint.deleteText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function stateOf(
  { enabled, disabledReason, failingSince }: WebhookEndpoint,
  t: TFunction<'connections'>,
): { tone: Tone; words: string } {
  if (!enabled)
    return disabledReason === null ? { tone: 'stopped', words: t('off') } : { tone: 'failed', words: disabledReason };
  return failingSince === null
    ? { tone: 'running', words: t('on') }
    : { tone: 'waits', words: t('endpoint.failingSince', { time: timeInList(failingSince) }) };
}

/** The newest messages to one address, and what became of them. */
function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation('connections');
  const { may } = useAccount();
  const deliveries = useQuery(deliveriesQuery(id));
  const again = useChange((delivery: string) => call(routes.webhooks.redeliver, { params: { id: delivery } }));
  if (deliveries.data === undefined) return <LoadingRows rows={2} label={t('deliveries.loading')} />;
  if (deliveries.data.items.length === 0) return <Empty>{t('deliveries.none')}</Empty>;
  return (
    <ul className={css.list}>
      {deliveries.data.items.map((delivery) => (
        <li key={delivery.id}>
          <code>{delivery.type}</code>
          <span className={delivery.state === 'failed' ? css.bad : css.quiet}>{outcome(delivery, t)}</span>
          <time className={css.quiet} dateTime={delivery.createdAt} title={timeWithZone(delivery.createdAt)}>
            {timeInList(delivery.createdAt)}
          </time>
          {delivery.state === 'failed' && may('webhooks:manage') ? (
            <Button size="xs" loading={again.isPending} onClick={() => again.mutate(delivery.id)}>
              {t('deliveries.again')}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function outcome(
  { state, attempts, responseStatus, lastError, nextAttemptAt }: WebhookDelivery,
  t: TFunction<'connections'>,
): string {
  if (state === 'delivered') return t('deliveries.taken', { status: responseStatus });
  const why =
    lastError ??
    (responseStatus === null ? t('deliveries.notYet') : t('deliveries.status', { status: responseStatus }));
  if (state === 'failed') return t('deliveries.givenUp', { count: attempts, why });
  return nextAttemptAt === null || attempts === 0
    ? t('onItsWay')
    : t('deliveries.nextTry', { why, time: timeInList(nextAttemptAt) });
}
