import type { LimitInForce, PluginReceipt, ReceiptMark } from '@proofpix/contract/receipts';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { bytes, count } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { permissionSentence } from '../permission-words.ts';
import css from './facts.module.css';

const units = { MB: 'inMB', ms: 'inMs', 'requests per minute': 'inRequests' } as const;

/** What it asked for, what it was given, and what of it was ever used. */
export function Declared({ receipt }: { receipt: PluginReceipt }) {
  const { t } = useTranslation('plugins');
  const { declared, marks } = receipt;
  const hosts = declared.hosts.map(({ host }) => host);
  return (
    <Section title={t('declared.title')}>
      {marks.length === 0 ? null : (
        <ul className={css.marks}>
          {marks.map((each) => (
            <li key={`${each.mark} ${each.subject}`}>
              <Mark kind={each.mark === 'permission-unused' || each.mark === 'host-unused' ? 'note' : 'possible'} />
              {markSentence(each, receipt, t)}
            </li>
          ))}
        </ul>
      )}
      {declared.permissions.length === 0 ? <Empty>{t('permissions.none')}</Empty> : null}
      <dl className={css.facts}>
        {declared.permissions.map(({ permission, decision, used }) => (
          <div key={permission} className={css.row}>
            <dt>{permission}</dt>
            <dd>{permissionSentence(permission, hosts, t)}</dd>
            <dd className={css.source}>
              {decision === 'granted'
                ? t(used ? 'declared.grantedUsed' : 'declared.grantedUnused')
                : t(`declared.${decision}`)}
            </dd>
          </div>
        ))}
        {declared.limits.map((limit) => (
          <div key={limit.limit} className={css.row}>
            <dt>{t(`declared.${limit.limit}`)}</dt>
            <dd>{t('declared.most', { amount: amountOf(limit, t) })}</dd>
            <dd className={css.source}>
              {limit.asked === null ? t('declared.usual') : t('declared.asked', { number: count(limit.asked) })}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function amountOf({ inForce, unit }: LimitInForce, t: TFunction<'plugins'>): string {
  return t(`declared.${units[unit]}`, { number: count(inForce) });
}

/** The server says it in English alone; what it says it of stands in the receipt. */
function markSentence({ mark, subject }: ReceiptMark, { declared, totals }: PluginReceipt, t: TFunction<'plugins'>) {
  if (mark !== 'limit-exceeded') return t(`mark.${mark}`, { subject });
  const memory = declared.limits.find(({ limit }) => limit === subject);
  return t('mark.limit-exceeded', {
    held: bytes(totals.memoryBytes),
    inForce: memory === undefined ? '–' : amountOf(memory, t),
  });
}
