import type { AuditEntry } from '@proofpix/contract/api/audit';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import css from './audit-page.module.css';
import { useAuditWords } from './audit-words.ts';

type Props = { acts: readonly AuditEntry[]; open: string | null };

export function AuditTable({ acts, open }: Props) {
  const { t } = useTranslation('audit');
  const columns: Column<AuditEntry>[] = [
    { key: 'actor', head: t('column.actor'), width: '22%', cell: actorCell },
    { key: 'subject', head: t('column.subject'), width: '26%', cell: subjectCell, optional: true },
    { key: 'result', head: t('column.result'), width: '96px', cell: resultCell },
    { key: 'at', head: t('column.at'), width: '128px', cell: timeCell, phone: 'end' },
  ];
  return (
    <DataTable
      label={t('title')}
      rows={acts}
      rowKey={({ id }) => id}
      nameHead={t('column.act')}
      name={nameCell}
      columns={columns}
      selected={({ id }) => id === open}
      narrow={open !== null}
    />
  );
}

function nameCell(entry: AuditEntry, className: string) {
  return <ActLink entry={entry} className={className} />;
}

/** Opens it beside the list, which stays filtered as it is. */
function ActLink({ entry, className }: { entry: AuditEntry; className: string }) {
  const words = useAuditWords();
  const [query] = useSearchParams();
  const next = new URLSearchParams(query);
  next.set('open', entry.id);
  return (
    <Link className={className} to={`?${next}`} preventScrollReset>
      {words.act(entry.act)}
    </Link>
  );
}

function actorCell(entry: AuditEntry) {
  return <Actor entry={entry} />;
}

function Actor({ entry }: { entry: AuditEntry }) {
  return useAuditWords().actor(entry);
}

function subjectCell({ subject }: AuditEntry) {
  return <Subject subject={subject} />;
}

function Subject({ subject }: Pick<AuditEntry, 'subject'>) {
  const words = useAuditWords();
  return (
    <span className={css.subject} title={subject.id}>
      <span className={css.quiet}>{words.subject(subject.kind)}</span> {subject.id}
    </span>
  );
}

function resultCell({ result }: AuditEntry) {
  return <Result result={result} />;
}

function Result({ result }: Pick<AuditEntry, 'result'>) {
  const { t } = useTranslation('audit');
  return <span className={result === 'refused' ? css.refused : css.done}>{t(`result.${result}`)}</span>;
}

function timeCell({ at }: AuditEntry) {
  return (
    <time dateTime={at} title={timeWithZone(at)}>
      {timeInList(at)}
    </time>
  );
}
