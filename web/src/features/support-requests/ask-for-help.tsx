import type { SupportContext } from '@proofpix/contract/community/support-requests';
import { routes } from '@proofpix/contract/routes';
import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import { eventsQuery } from '../plugins/queries.ts';
import { readinessQuery } from '../security/queries.ts';
import { useRequestChange } from './queries.ts';
import css from './support.module.css';

type Props = {
  publisher: string;
  plugin: string;
  name: string;
  /** Of the one that is installed here; null where none is. */
  version: string | null;
};

/** Opens the dialog in which a publisher is asked for help. */
export function AskForHelp(props: Props) {
  const { t } = useTranslation('supportRequests');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('ask')}</Button>
      {asking ? <AskDialog {...props} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

const names = ['pluginVersion', 'platformVersion', 'errorCode'] as const;

function AskDialog({ publisher, plugin, name, version, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation('supportRequests');
  const { user } = useAccount();
  const navigate = useNavigate();
  const [draft, setDraft] = useState({ subject: '', text: '' });
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const known = useContext(plugin, version);
  const ask = useRequestChange({ kind: 'customer' }, () => {
    const sent = names.flatMap((each) => (known[each] === undefined || left.has(each) ? [] : [[each, known[each]]]));
    const context = Object.fromEntries(sent) as SupportContext; // of its own keys
    return call(routes.supportRequests.create, { body: { publisher, plugin, ...draft, context } });
  });
  const missing = draft.subject.trim() === '' || draft.text.trim() === '' ? t('missing') : undefined;
  return (
    <Dialog title={t('askTitle', { plugin: name })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined)
            ask.mutate(undefined, { onSuccess: ({ id }) => void navigate(paths.supportRequest(id)) });
        }}
      >
        <p className={css.note} tabIndex={-1} data-autofocus>
          {t('between', { publisher, name: user.name })}
        </p>
        <TextInput
          label={t('field.subject')}
          maxLength={120}
          value={draft.subject}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, subject: value })}
        />
        <Textarea
          label={t('field.text')}
          rows={5}
          maxLength={4_000}
          value={draft.text}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, text: value })}
        />
        <div className={css.context} role="group" aria-label={t('context')}>
          {names.map((each) => {
            const value = known[each];
            return value === undefined ? null : (
              <Checkbox
                key={each}
                label={t(each, { value })}
                checked={!left.has(each)}
                onChange={({ currentTarget: { checked } }) => {
                  const next = new Set(left);
                  if (checked) next.delete(each);
                  else next.add(each);
                  setLeft(next);
                }}
              />
            );
          })}
          <p className={css.quiet}>{t('never')}</p>
        </div>
        {ask.error === null ? null : (
          <ErrorNotice title={t('notSent')} code={problemCode(ask.error)}>
            {problemText(ask.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('send')} busy={ask.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}

/** What would help the publisher, as far as it is known here. Whoever asks sees each of it, and sends what they like. */
function useContext(plugin: string, version: string | null): SupportContext {
  const ready = useQuery(readinessQuery);
  const events = useInfiniteQuery({ ...eventsQuery(plugin), enabled: version !== null });
  const code = events.data?.pages
    .flatMap(({ items }) => items)
    .map(({ detail }) => detail['code'])
    .find((each) => typeof each === 'string' && /^[a-z_]{1,60}$/.test(each));
  return {
    ...(version === null ? {} : { pluginVersion: version }),
    ...(ready.data === undefined ? {} : { platformVersion: ready.data.version }),
    ...(typeof code === 'string' ? { errorCode: code } : {}),
  };
}
