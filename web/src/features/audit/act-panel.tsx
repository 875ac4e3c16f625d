import type { AuditEntry } from '@proofpix/contract/api/audit';
import type { Json } from '@proofpix/contract/json';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../ui/copy-text.tsx';
import { DescriptionList, type Fact } from '../../ui/description-list.tsx';
import { DetailPanel } from '../../ui/detail-panel.tsx';
import { count, shortHash, timeWithZone } from '../../ui/format.ts';
import css from './act-panel.module.css';
import { useAuditWords } from './audit-words.ts';

type Props = { entry: AuditEntry; onClose: () => void; onStep: (direction: 1 | -1) => void };

/** One act: who, as what, from where, what it was before and after, and its place in the chain. */
export function ActPanel({ entry, onClose, onStep }: Props) {
  const { t } = useTranslation('audit');
  const { t: frame } = useTranslation('frame');
  const words = useAuditWords();
  const { actor, subject, personal } = entry;
  const who: Fact[] = [
    { label: t('panel.who'), value: words.actor(entry) },
    ...(actor.role === null ? [] : [{ label: t('panel.role'), value: frame(`roles.${actor.role as 'owner'}`) }]), // roles of the contract
    ...(actor.via === null
      ? []
      : [{ label: t('panel.via'), value: t(`via.${actor.via as 'cookie'}`, { defaultValue: actor.via }) }]),
    ...personalFacts(personal, t),
    ...(personal === null && entry.personalDigest !== null
      ? [{ label: t('panel.personal'), value: <span className={css.quiet}>{t('panel.erased')}</span> }]
      : []),
  ];
  const what: Fact[] = [
    { label: t('panel.subject'), value: <code>{`${subject.kind} ${subject.id}`}</code> },
    { label: t('panel.result'), value: t(`result.${entry.result}`) },
    ...(entry.reason === null ? [] : [{ label: t('panel.reason'), value: entry.reason }]),
    { label: t('panel.at'), value: timeWithZone(entry.at) },
  ];
  return (
    <DetailPanel title={words.act(entry.act)} detail={<code>{entry.act}</code>} onClose={onClose} onStep={onStep}>
      <DescriptionList facts={what} />
      <h3 className={css.heading}>{t('panel.by')}</h3>
      <DescriptionList facts={who} />
      <Changes before={entry.before} after={entry.after} />
      <h3 className={css.heading}>{t('panel.chain')}</h3>
      {entry.position === null || entry.hash === null ? (
        <p className={css.quiet}>{t('panel.unsealed')}</p>
      ) : (
        <DescriptionList
          facts={[
            { label: t('panel.position'), value: count(entry.position) },
            { label: t('panel.hash'), value: <Hash hash={entry.hash} /> },
            ...(entry.requestId === null
              ? []
              : [{ label: t('panel.request'), value: <code className={css.id}>{entry.requestId}</code> }]),
          ]}
        />
      )}
    </DetailPanel>
  );
}

function Hash({ hash }: { hash: string }) {
  const { t } = useTranslation('audit');
  return (
    <span className={css.hash}>
      <code title={hash}>{shortHash(hash)}</code>
      <CopyText text={hash} what={t('panel.hashOf')} />
    </span>
  );
}

type Fields = AuditEntry['before'];

/** Field by field, what it was and what it is. */
function Changes({ before, after }: { before: Fields; after: Fields }) {
  const { t } = useTranslation('audit');
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return null;
  // Where there is nothing to compare, there is no table.
  if (before === null || after === null)
    return (
      <>
        <h3 className={css.heading}>{t(before === null ? 'panel.after' : 'panel.before')}</h3>
        <DescriptionList
          facts={names.map((name) => ({ label: name, value: <Value value={(before ?? after)?.[name]} /> }))}
        />
      </>
    );
  return (
    <>
      <h3 className={css.heading}>{t('panel.changes')}</h3>
      <table className={css.changes}>
        <thead>
          <tr>
            <th scope="col">{t('panel.field')}</th>
            <th scope="col">{t('panel.before')}</th>
            <th scope="col">{t('panel.after')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Value value={before?.[name]} />
              </td>
              <td>
                <Value value={after?.[name]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Value({ value }: { value: Json | undefined }) {
  if (value === undefined || value === null) return <span className={css.quiet}>–</span>;
  return <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>;
}

function personalFacts(personal: AuditEntry['personal'], t: ReturnType<typeof useTranslation<'audit'>>['t']): Fact[] {
  return Object.entries(personal ?? {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({
      label: t(`personal.${name as 'address'}`, { defaultValue: name }), // what is not in the list is shown under its own name
      value: typeof value === 'string' ? value : JSON.stringify(value),
    }));
}
