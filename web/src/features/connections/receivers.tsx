import type { WebhookReceiver } from '@proofpix/contract/api/webhooks';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { Empty, LoadingRows } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import { usePluginName } from '../plugins/queries.ts';
import { ConnectionRow } from './connection-row.tsx';
import css from './forms.module.css';
import { ConnectionList } from './list.tsx';
import { receivedQuery, receiversQuery, useChange } from './queries.ts';
import { ReceiverDialog } from './receiver-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';

type Secret = { name: string; secret: string; address: string; until?: string };

/** Where messages come in from outside. */
export function Receivers() {
  const { t } = useTranslation('connections');
  const { may } = useAccount();
  const pluginName = usePluginName();
  const list = useQuery({ ...receiversQuery, select: ({ items }) => items });
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState<WebhookReceiver | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const rotate = useChange(({ id }: WebhookReceiver) =>
    call(routes.webhooks.rotateReceiver, { params: { id }, body: {} }),
  );
  const remove = useChange((id: string) => call(routes.webhooks.deleteReceiver, { params: { id } }));
  const manage = may('webhooks:manage');

  return (
    <>
      <ConnectionList
        title={t('receiver.title')}
        query={list}
        none={t('receiver.none')}
        error={rotate.error}
        add={manage ? <Button onClick={() => setAdding(true)}>{t('receiver.add')}</Button> : null}
      >
        {list.data?.map((receiver) => (
          <ConnectionRow
            key={receiver.id}
            name={receiver.name}
            detail={`${receiver.path} · ${receiver.plugin === null ? t('receiver.forEvery') : t('receiver.forOne', { plugin: pluginName(receiver.plugin) })}`}
            state={receiver.enabled ? { tone: 'running', words: t('on') } : { tone: 'stopped', words: t('off') }}
            actions={
              manage ? (
                <>
                  <Button
                    size="xs"
                    onClick={() =>
                      rotate.mutate(receiver, {
                        onSuccess: ({ secret: made, previousUntil }) =>
                          setSecret({
                            name: receiver.name,
                            secret: made,
                            address: addressOf(receiver),
                            until: timeWithZone(previousUntil),
                          }),
                      })
                    }
                  >
                    {t('newSecret')}
                  </Button>
                  <Button size="xs" onClick={() => setDeleting(receiver)}>
                    {t('delete')}
                  </Button>
                </>
              ) : null
            }
            more={<Received id={receiver.id} />}
          />
        ))}
      </ConnectionList>
      {adding ? (
        <ReceiverDialog
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setAdding(false);
            setSecret({ name: made.name, secret: made.secret, address: addressOf(made) });
          }}
        />
      ) : null}
      {secret === null ? null : <SecretDialog {...secret} onClose={() => setSecret(null)} />}
      {deleting === null ? null : (
        <ConfirmDialog
          title={t('receiver.deleteTitle', { name: deleting.name })}
          action={t('deleteNamed', { name: deleting.name })}
          busy={remove.isPending}
          onClose={() => setDeleting(null)}
          onConfirm={() => remove.mutate(deleting.id, { onSettled: () => setDeleting(null) })}
        >
          <p>{t('receiver.deleteText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function addressOf({ path }: WebhookReceiver): string {
  return new URL(path, location.origin).href;
}

/** The newest messages that came in, and what became of them in each plugin. */
function Received({ id }: { id: string }) {
  const { t } = useTranslation('connections');
  const pluginName = usePluginName();
  const received = useQuery(receivedQuery(id));
  if (received.data === undefined) return <LoadingRows rows={2} label={t('received.loading')} />;
  if (received.data.items.length === 0) return <Empty>{t('received.none')}</Empty>;
  return (
    <ul className={css.list}>
      {received.data.items.map((message) => (
        <li key={message.id}>
          <code>{message.type ?? message.contentType}</code>
          {message.results.map((result) => (
            <span key={result.plugin} className={result.ok ? css.quiet : css.bad}>
              {pluginName(result.plugin)}:{' '}
              {result.ok ? t('received.taken') : (result.error?.message ?? t('received.failed'))}
            </span>
          ))}
          {message.results.length === 0 ? (
            <span className={css.quiet}>{message.state === 'waiting' ? t('onItsWay') : t('received.nobody')}</span>
          ) : null}
          <time className={css.quiet} dateTime={message.receivedAt} title={timeWithZone(message.receivedAt)}>
            {timeInList(message.receivedAt)}
          </time>
        </li>
      ))}
    </ul>
  );
}
