import type { Note } from '@proofpix/contract/cases';
import { limits } from '@proofpix/contract/limits';
import { routes } from '@proofpix/contract/routes';
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { timeWithZone } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import { actLater, useHidden } from './delayed-acts.ts';
import css from './notes.module.css';
import { notesQuery, writeNote, type Subject } from './notes-query.ts';

type Props = {
  subject: Subject;
  draft: string;
  onDraft: (draft: string) => void;
  /** The field for a new note, so that an action of the page can lead there. */
  field?: Ref<HTMLTextAreaElement>;
};

/** What members wrote beside a photo or a case, oldest first. Only its author changes a note. */
export function Notes({ subject, draft, onDraft, field }: Props) {
  const { t } = useTranslation('cases');
  const { may } = useAccount();
  const notes = useQuery(notesQuery(subject));
  const hidden = useHidden();
  const queryClient = useQueryClient();
  const add = useMutation({
    mutationFn: (text: string) => writeNote(subject, text),
    onSuccess: () => {
      onDraft('');
      return queryClient.invalidateQueries({ queryKey: notesQuery(subject).queryKey });
    },
  });
  const shown = (notes.data?.items ?? []).filter(({ id }) => !hidden.has(id));
  const write = () => {
    if (draft.trim() !== '' && !add.isPending) add.mutate(draft.trim());
  };
  return (
    <Section id="notes" title={t('notes.title')}>
      {notes.isPending ? <LoadingRows rows={1} label={t('notes.loading')} /> : null}
      {notes.isError ? (
        <ErrorNotice
          title={t('notes.failed')}
          code={problemCode(notes.error)}
          action={<Button onClick={() => void notes.refetch()}>{t('tryAgain')}</Button>}
        >
          {problemText(notes.error)}
        </ErrorNotice>
      ) : null}
      {notes.isSuccess && shown.length === 0 ? <Empty>{t('notes.empty')}</Empty> : null}
      <ul className={css.notes}>
        {shown.map((note) => (
          <NoteRow key={note.id} note={note} subject={subject} />
        ))}
      </ul>
      {may('runs:create') ? (
        <div className={css.write}>
          <Textarea
            ref={field ?? null}
            aria-label={t('notes.new')}
            placeholder={t('notes.placeholder')}
            rows={3}
            resize="vertical"
            maxLength={limits.noteChars}
            value={draft}
            onChange={({ currentTarget }) => onDraft(currentTarget.value)}
            onKeyDown={onCtrlEnter(write)}
          />
          {add.error === null ? null : (
            <ErrorNotice title={t('notes.notSaved')} code={problemCode(add.error)}>
              {problemText(add.error)} {t('notes.kept')}
            </ErrorNotice>
          )}
          <div className={css.buttons}>
            <Button loading={add.isPending} disabled={draft.trim() === ''} onClick={write}>
              {t('notes.add')}
            </Button>
            <span className={css.hint}>{t('notes.hint')}</span>
          </div>
        </div>
      ) : null}
    </Section>
  );
}

function onCtrlEnter(act: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    act();
  };
}

function NoteRow({ note, subject }: { note: Note; subject: Subject }) {
  const { t } = useTranslation('cases');
  const queryClient = useQueryClient();
  const toast = useToast();
  const [editing, setEditing] = useState<string | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const again = () => queryClient.invalidateQueries({ queryKey: notesQuery(subject).queryKey });
  const change = useMutation({
    mutationFn: (text: string) => call(routes.notes.update, { params: { id: note.id }, body: { text } }),
    onSuccess: async () => {
      await again();
      setEditing(null);
    },
  });
  const save = () => {
    if (editing !== null && editing.trim() !== '') change.mutate(editing.trim());
  };
  function remove() {
    const undo = actLater(
      note.id,
      async () => {
        await call(routes.notes.remove, { params: { id: note.id } });
        await again();
      },
      setFailed,
    );
    toast({ text: t('notes.deleted'), undo });
  }
  const error = change.error ?? failed;
  return (
    <li className={css.note}>
      <p className={css.meta}>
        <span className={css.author}>{note.createdBy.name ?? t('notes.gone')}</span>{' '}
        <time dateTime={note.createdAt}>{timeWithZone(note.createdAt)}</time>
        {note.updatedAt === null ? '' : ` · ${t('notes.changed', { time: timeWithZone(note.updatedAt) })}`}
      </p>
      {editing === null ? (
        <p className={css.text}>{note.text}</p>
      ) : (
        <Textarea
          aria-label={t('notes.text')}
          rows={4}
          resize="vertical"
          maxLength={limits.noteChars}
          value={editing}
          autoFocus
          onChange={({ currentTarget }) => setEditing(currentTarget.value)}
          onKeyDown={onCtrlEnter(save)}
        />
      )}
      {error === null ? null : (
        <ErrorNotice title={t('notes.notChanged')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      )}
      {!note.mine ? null : editing === null ? (
        <div className={css.acts}>
          <button type="button" className={css.act} onClick={() => setEditing(note.text)}>
            {t('notes.edit')}
          </button>
          <button type="button" className={css.act} onClick={remove}>
            {t('notes.delete')}
          </button>
        </div>
      ) : (
        <div className={css.buttons}>
          <Button size="xs" loading={change.isPending} onClick={save}>
            {t('notes.save')}
          </Button>
          <Button size="xs" onClick={() => setEditing(null)}>
            {t('cancel')}
          </Button>
        </div>
      )}
    </li>
  );
}
