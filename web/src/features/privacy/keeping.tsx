import type { PrivacySettings, RetentionDone } from '@proofpix/contract/privacy';
import { retentionKinds, retentionNames, type RetentionDays, type RetentionName } from '@proofpix/contract/retention';
import { routes } from '@proofpix/contract/routes';
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { count } from '../../ui/format.ts';
import { fieldOrder } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './privacy-page.module.css';
import { settingsQuery } from './queries.ts';

const who = ['name', 'address', 'contact', 'representative', 'dataProtectionOfficer'] as const;

/** How long each kind is kept. What would be deleted is counted before anything is saved. */
export function Keeping({ saved }: { saved: PrivacySettings }) {
  const { t } = useTranslation('privacy');
  const toast = useToast();
  const queryClient = useQueryClient();
  const manage = useAccount().may('privacy:manage');
  const [draft, setDraft] = useState(saved);
  const [asking, setAsking] = useState<RetentionDone[] | null>(null);
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const save = useMutation({
    mutationFn: () => call(routes.privacy.change, { body: draft }),
    onSuccess: (reply) => {
      toast({ text: t('keeping.saved') });
      queryClient.setQueryData(settingsQuery.queryKey, reply);
    },
    onSettled: () => setAsking(null),
  });
  const check = useMutation({
    mutationFn: () => call(routes.privacy.preview, { body: draft }),
    onSuccess: ({ items }) => {
      const lost = items.filter(({ deleted }) => deleted > 0);
      if (lost.length === 0) save.mutate();
      else setAsking(lost);
    },
  });
  const days: RetentionDays = draft.retention;
  function setDays(name: RetentionName, text: string): void {
    const { [name]: _before, ...rest } = days;
    const value = text.trim() === '' ? null : Number(text);
    // Nothing written is the default where that is "until somebody deletes it".
    const usual = retentionKinds[name].default;
    setDraft({ ...draft, retention: value === usual ? rest : { ...rest, [name]: value } });
  }
  const failed = check.error ?? save.error;
  return (
    <Section title={t('keeping.title')}>
      <p className={css.text}>{t('keeping.text')}</p>
      <ul className={css.list}>
        {retentionNames.map((name) => {
          const { range, default: usual } = retentionKinds[name];
          const own = days[name];
          const value = own === undefined ? usual : own;
          return (
            <li key={name} className={css.row}>
              <div className={css.what}>
                <p className={css.name}>{t(`kinds.${name}.name`)}</p>
                <p className={css.detail}>{t(`kinds.${name}.holds`)}</p>
              </div>
              {range === null ? (
                <span className={css.detail}>{t('keeping.fixed', { days: usual })}</span>
              ) : (
                <TextInput
                  className={css.days}
                  type="number"
                  min={range.minimum}
                  max={range.maximum}
                  aria-label={t('keeping.daysOf', { name: t(`kinds.${name}.name`) })}
                  placeholder={t('keeping.always')}
                  rightSection={value === null ? null : <span className={css.unit}>{t('keeping.unit')}</span>}
                  rightSectionWidth={44}
                  disabled={!manage}
                  value={value ?? ''}
                  onChange={(event) => setDays(name, event.currentTarget.value)}
                />
              )}
            </li>
          );
        })}
      </ul>
      <div className={css.fields}>
        <Checkbox
          label={t('keeping.deletePhotos')}
          description={t('keeping.deletePhotosHelp')}
          disabled={!manage}
          checked={draft.deletePhotos}
          onChange={(event) => setDraft({ ...draft, deletePhotos: event.currentTarget.checked })}
        />
        <h3 className={css.group}>{t('controller.title')}</h3>
        {who.map((field) => (
          <TextInput
            key={field}
            label={t(`controller.${field}`)}
            inputWrapperOrder={fieldOrder}
            maxLength={200}
            disabled={!manage}
            value={draft.controller[field] ?? ''}
            onChange={(event) => {
              const { [field]: _before, ...rest } = draft.controller;
              const text = event.currentTarget.value;
              setDraft({ ...draft, controller: text === '' ? rest : { ...rest, [field]: text } });
            }}
          />
        ))}
      </div>
      {failed === null ? null : (
        <ErrorNotice title={t('keeping.notSaved')} code={problemCode(failed)}>
          {problemText(failed)}
        </ErrorNotice>
      )}
      {manage ? null : <p className={css.text}>{t('keeping.readOnly')}</p>}
      {changed ? (
        <div className={css.bar} role="group" aria-label={t('keeping.changed')}>
          <span className={css.what}>{t('keeping.changed')}</span>
          <Button onClick={() => setDraft(saved)}>{t('keeping.discard')}</Button>
          <Button variant="filled" loading={check.isPending || save.isPending} onClick={() => check.mutate()}>
            {t('keeping.save')}
          </Button>
        </div>
      ) : null}
      {asking === null ? null : (
        <ConfirmDialog
          title={t('keeping.askTitle')}
          action={t('keeping.save')}
          busy={save.isPending}
          onConfirm={() => save.mutate()}
          onClose={() => setAsking(null)}
        >
          <p>{t('keeping.askText')}</p>
          <ul>
            {asking.map(({ kind, deleted }) => (
              <li key={kind}>
                {t(`kinds.${kind}.name`)}: {count(deleted)}
              </li>
            ))}
          </ul>
        </ConfirmDialog>
      )}
    </Section>
  );
}
