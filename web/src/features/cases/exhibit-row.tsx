import type { Exhibit } from '@proofpix/contract/cases';
import { routes } from '@proofpix/contract/routes';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { bytes, timeWithZone } from '../../ui/format.ts';
import { Mark } from '../../ui/mark.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useJudges } from '../plugins/queries.ts';
import { resultWords } from '../runs/result-words.ts';
import { RunThumbnail } from '../runs/thumbnail.tsx';
import { actLater } from './delayed-acts.ts';
import css from './exhibits.module.css';
import { caseKeys, keepCase } from './queries.ts';

type Props = { exhibit: Exhibit; caseId: string; mayChange: boolean };

export function ExhibitRow({ exhibit, caseId, mayChange }: Props) {
  const { t } = useTranslation('cases');
  const { t: runText } = useTranslation('runs');
  const judges = useJudges();
  const { number, run } = exhibit;
  const { takeOut, failed } = useTakeOut(exhibit, caseId);
  const { mark, text } = resultWords(runText, run, judges);
  return (
    <li className={css.row}>
      <span className={css.number}>{number}</span>
      <RunThumbnail run={run} large />
      <div className={css.photo}>
        <Link className={css.name} to={paths.run(run.id)} title={run.file.name}>
          {run.file.name}
        </Link>
        <span className={css.facts}>
          {bytes(run.file.size)} · {t('exhibit.received', { time: timeWithZone(run.createdAt) })}
        </span>
        <Caption exhibit={exhibit} caseId={caseId} mayChange={mayChange} />
        {failed === null ? null : (
          <ErrorNotice title={t('exhibit.notTaken')} code={problemCode(failed)}>
            {problemText(failed)}
          </ErrorNotice>
        )}
      </div>
      <span className={css.result}>
        <Mark kind={mark} />
        {text}
      </span>
      {mayChange ? (
        <ActionIcon
          aria-label={t('exhibit.takeOut', { number })}
          title={t('exhibit.takeOut', { number })}
          onClick={takeOut}
        >
          <IconX size={16} />
        </ActionIcon>
      ) : null}
    </li>
  );
}

/** Its number is never given again, so it is taken out only when nobody took that back. */
function useTakeOut({ number, run }: Exhibit, caseId: string) {
  const { t } = useTranslation('cases');
  const queryClient = useQueryClient();
  const toast = useToast();
  const [failed, setFailed] = useState<unknown>(null);
  return {
    failed,
    takeOut: () => {
      const undo = actLater(
        `exhibit ${run.id}`,
        async () => {
          await call(routes.cases.removeExhibit, { params: { id: caseId, number } });
          await Promise.all([
            queryClient.invalidateQueries({ queryKey: caseKeys.all }),
            queryClient.invalidateQueries({ queryKey: ['runs'] }),
          ]);
        },
        setFailed,
      );
      toast({ text: t('exhibit.wasTakenOut', { number }), undo });
    },
  };
}

function Caption({ exhibit, caseId, mayChange }: Props) {
  const { t } = useTranslation('cases');
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (caption: string) =>
      call(routes.cases.updateExhibit, { params: { id: caseId, number: exhibit.number }, body: { caption } }),
    onSuccess: (changed) => {
      keepCase(queryClient, changed);
      setTyped(null);
    },
  });
  if (typed === null) {
    return (
      <span className={css.caption}>
        {exhibit.caption}
        {mayChange ? (
          <button type="button" className={css.act} onClick={() => setTyped(exhibit.caption)}>
            {t(exhibit.caption === '' ? 'exhibit.addCaption' : 'exhibit.changeCaption')}
            <span className="visually-hidden"> {t('exhibit.captionOf', { number: exhibit.number })}</span>
          </button>
        ) : null}
      </span>
    );
  }
  return (
    <form
      className={css.captionForm}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(typed.trim());
      }}
    >
      <TextInput
        className={css.captionField ?? ''}
        aria-label={t('exhibit.caption')}
        maxLength={500}
        autoFocus
        value={typed}
        error={save.error === null ? null : problemText(save.error)}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped(null);
        }}
      />
      <Button type="submit" loading={save.isPending}>
        {t('exhibit.saveCaption')}
      </Button>
    </form>
  );
}
