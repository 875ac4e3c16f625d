import { announcementKindNames as kinds, type AnnouncementKind } from '@proofpix/contract/community/announcement-kinds';
import { routes } from '@proofpix/contract/routes';
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { publishedQuery } from '../marketplace/queries.ts';
import css from './announcements.module.css';
import { useAnnouncementChange } from './queries.ts';

type Props = { publishers: readonly string[]; onClose: () => void };

/** Says first who will get it. */
export function AnnounceDialog({ publishers, onClose }: Props) {
  const { t } = useTranslation('announcements');
  const plugins = useQuery(publishedQuery(publishers));
  const [draft, setDraft] = useState({ about: '', kind: 'news' as AnnouncementKind, title: '', text: '' });
  const send = useAnnouncementChange(() => {
    const [publisher = '', plugin = ''] = draft.about.split('/');
    const { kind, title, text } = draft;
    return call(routes.announcements.publish, { params: { publisher, plugin }, body: { kind, title, text } });
  });
  const incomplete = draft.about === '' || draft.title.trim() === '' || draft.text.trim() === '';
  const missing = plugins.data?.length === 0 ? t('sent.noPlugins') : incomplete ? t('sent.missing') : undefined;
  return (
    <Dialog title={t('sent.announceTitle')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) send.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p className={css.note} tabIndex={-1} data-autofocus>
          {t('sent.who')}
        </p>
        <NativeSelect
          label={t('sent.plugin')}
          value={draft.about}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, about: value })}
          data={[
            { value: '', label: '' },
            ...(plugins.data ?? []).map(({ publisher, pluginId }) => ({
              value: `${publisher}/${pluginId}`,
              label: `${publisher}/${pluginId}`,
            })),
          ]}
        />
        <NativeSelect
          label={t('sent.kind')}
          value={draft.kind}
          onChange={({ currentTarget: { value } }) =>
            setDraft({ ...draft, kind: kinds.find((kind) => kind === value) ?? 'news' })
          }
          data={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        />
        <TextInput
          label={t('sent.titleField')}
          maxLength={120}
          value={draft.title}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, title: value })}
        />
        <Textarea
          label={t('sent.text')}
          rows={6}
          maxLength={4_000}
          value={draft.text}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, text: value })}
        />
        {plugins.error === null ? null : (
          <ErrorNotice title={t('sent.failed')} code={problemCode(plugins.error)}>
            {problemText(plugins.error)}
          </ErrorNotice>
        )}
        {send.error === null ? null : (
          <ErrorNotice title={t('sent.notSent')} code={problemCode(send.error)}>
            {problemText(send.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('sent.send')} busy={send.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
