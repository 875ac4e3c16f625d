import type { Plugin } from '@proofpix/contract/api/plugins';
import type { ConfigSchema } from '@proofpix/contract/config-schema';
import { Problem } from '@proofpix/contract/errors';
import type { RouteReply } from '@proofpix/contract/route';
import { routes } from '@proofpix/contract/routes';
import { SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { timeWithZone } from '../../../ui/format.ts';
import { Form, SaveBar } from '../../../ui/form.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { useToast } from '../../../ui/toasts.tsx';
import { configQuery } from '../queries.ts';
import { useRestriction } from '../use-restriction.ts';
import { bodyOf, byPlace, errorsOf, type Draft } from './config-draft.ts';
import { Properties } from './config-fields.tsx';
import { errorWords } from './error-words.ts';
import { ConfigText } from './config-text.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import css from './settings-page.module.css';

type Stored = RouteReply<typeof routes.plugins.getConfig>;

const noErrors: ReadonlyMap<string, string> = new Map();

/** Checked on leaving each field by the contract's own rules, and by the server when it is saved. */
export function SettingsForm({ plugin, stored }: { plugin: Plugin; stored: Stored }) {
  const { t } = useTranslation('plugins');
  const queryClient = useQueryClient();
  const toast = useToast();
  const restriction = useRestriction();
  const schema = stored.schema as unknown as ConfigSchema; // the intake checked the schema of every package
  const saved: Draft = { config: stored.config, secrets: {} };
  const [draft, setDraft] = useState(saved);
  const [view, setView] = useState<'form' | 'json'>('form');
  const [textBroken, setTextBroken] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState(noErrors);
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const wrong = errorsOf(schema, draft, stored.secretsSet);

  const save = useMutation({
    mutationFn: () => call(routes.plugins.putConfig, { params: { id: plugin.id }, body: { config: bodyOf(draft) } }),
    onSuccess: (reply) => {
      queryClient.setQueryData(configQuery(plugin.id).queryKey, reply);
      toast({ text: t('settings.saved', { name: plugin.name }) });
    },
    onError: (error) => setRefused(error instanceof Problem ? byPlace(error.fields) : noErrors),
  });

  function change(next: Draft) {
    setRefused(noErrors);
    setDraft(next);
  }
  const errorAt = (place: string) => {
    const message = refused.get(place) ?? (tried || left.has(place) ? wrong.get(place) : undefined);
    return message === undefined ? undefined : errorWords(message, t);
  };
  const rest = [...refused].filter(([place]) => place === '' || place === '/');
  const number = wrong.size;
  return (
    <>
      <LeaveGuard when={changed && !save.isPending} name={plugin.name} />
      <Form
        onSubmit={() => {
          setTried(true);
          if (number === 0 && !textBroken && changed) save.mutate();
        }}
      >
        <div>
          <SegmentedControl
            aria-label={t('settings.view')}
            value={view}
            onChange={setView}
            disabled={textBroken}
            data={[
              { value: 'form', label: t('settings.form') },
              { value: 'json', label: t('settings.json') },
            ]}
          />
        </div>
        {restriction === undefined ? null : <p className={css.restriction}>{restriction}</p>}
        {view === 'form' ? (
          <Properties
            schema={schema}
            place=""
            value={draft.config}
            onChange={(config) => change({ ...draft, config })}
            form={{
              errorAt,
              onLeave: (place) => setLeft((before) => new Set(before).add(place)),
              disabled: restriction !== undefined,
              secrets: {
                isSet: (place) => stored.secretsSet.includes(place),
                newAt: (place) => (Object.hasOwn(draft.secrets, place) ? draft.secrets[place] : undefined),
                set: (place, value) => {
                  const { [place]: _before, ...others } = draft.secrets;
                  change({ ...draft, secrets: value === undefined ? others : { ...others, [place]: value } });
                },
              },
            }}
          />
        ) : (
          <ConfigText
            config={draft.config}
            wrong={wrong}
            disabled={restriction !== undefined}
            onBroken={setTextBroken}
            onChange={(config) => change({ ...draft, config })}
          />
        )}
        {save.error === null || (refused.size > 0 && rest.length === 0) ? null : (
          <ErrorNotice title={t('settings.saveFailed')} code={problemCode(save.error)}>
            {problemText(save.error)}
          </ErrorNotice>
        )}
        {stored.updatedAt === null ? null : (
          <p className={css.restriction}>{t('settings.changedAt', { time: timeWithZone(stored.updatedAt) })}</p>
        )}
        <SaveBar
          changed={changed}
          busy={save.isPending}
          problem={
            textBroken
              ? t('settings.notJson')
              : tried && number > 0
                ? t('settings.wrong', { count: number })
                : refused.size > 0
                  ? t('settings.wrong', { count: refused.size })
                  : undefined
          }
          onDiscard={() => {
            change(saved);
            setTried(false);
            setLeft(new Set());
            // Drawn anew: fields of numbers keep what was typed into them.
            void queryClient.invalidateQueries({ queryKey: configQuery(plugin.id).queryKey });
          }}
        />
      </Form>
    </>
  );
}
