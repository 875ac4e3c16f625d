import type { CaseDetail } from '@proofpix/contract/cases';
import { routes } from '@proofpix/contract/routes';
import { Button, Radio, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toasts.tsx';
import css from './case-dialogs.module.css';
import { caseKeys, keepCase, openCasesQuery } from './queries.ts';

const fresh = 'new';

/** Puts runs into an open case, or into a new one. */
export function AddToCaseDialog({ runIds, onClose }: { runIds: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation('cases');
  const cases = useQuery(openCasesQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [title, setTitle] = useState('');
  const queryClient = useQueryClient();
  const toast = useToast();
  const navigate = useNavigate();
  const offered = cases.data?.items ?? [];
  const id = chosen ?? (offered.length === 0 ? fresh : null);
  const found = offered.filter((one) =>
    `${one.title} ${one.reference ?? ''}`.toLowerCase().includes(search.toLowerCase()),
  );

  const add = useMutation({
    mutationFn: (): Promise<CaseDetail> =>
      id === fresh || id === null
        ? call(routes.cases.create, { body: { title: title.trim(), runIds: [...runIds] } })
        : call(routes.cases.addExhibits, { params: { id }, body: { runIds: [...runIds] } }),
    onSuccess: (changed) => {
      keepCase(queryClient, changed);
      void queryClient.invalidateQueries({ queryKey: caseKeys.open });
      toast({ text: t('add.done', { count: runIds.length, title: changed.title }) });
      onClose();
      if (runIds.length > 1) void navigate(paths.case(changed.id));
    },
  });
  const ready = id !== null && (id !== fresh || title.trim() !== '');

  return (
    <Dialog title={t('add.title', { count: runIds.length })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) add.mutate();
        }}
      >
        {cases.isPending ? <LoadingRows rows={3} label={t('loading')} /> : null}
        {offered.length > 6 ? (
          <TextInput
            type="search"
            aria-label={t('search')}
            placeholder={t('search')}
            value={search}
            onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        ) : null}
        <Radio.Group value={id} onChange={setChosen} aria-label={t('add.where')} className={css.choices}>
          {found.map((one) => (
            <Radio
              key={one.id}
              value={one.id}
              label={one.title}
              description={[one.reference, t('exhibits', { count: one.exhibitCount })].filter(Boolean).join(' · ')}
            />
          ))}
          <Radio value={fresh} label={t('add.new')} />
        </Radio.Group>
        {id === fresh ? (
          <TextInput
            label={t('form.title')}
            maxLength={200}
            value={title}
            data-autofocus
            onChange={({ currentTarget }) => setTitle(currentTarget.value)}
          />
        ) : null}
        {add.error === null ? null : (
          <ErrorNotice title={t('add.failed')} code={problemCode(add.error)}>
            {problemText(add.error)}
          </ErrorNotice>
        )}
        <div className={css.buttons}>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="filled" loading={add.isPending} disabled={!ready}>
            {t('add.action', { count: runIds.length })}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
