import type { PluginReceipt } from '@proofpix/contract/receipts';
import { useTranslation } from 'react-i18next';
import { bytes, count } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './facts.module.css';

/** What went in and out, through the host and nowhere else. */
export function Reached({ receipt }: { receipt: PluginReceipt }) {
  const { t } = useTranslation('plugins');
  const { totals } = receipt;
  const hosts = Object.entries(totals.traffic).sort(([, a], [, b]) => b.requests - a.requests);
  const calls = Object.entries(totals.byHostCall).sort(([, a], [, b]) => b - a);
  return (
    <Section
      title={t('reached.title')}
      aside={
        hosts.length === 0
          ? t('reached.noNetwork')
          : t('reached.hosts', { count: hosts.length, number: count(hosts.length) })
      }
    >
      {hosts.length === 0 && calls.length === 0 ? <Empty>{t('reached.nothing')}</Empty> : null}
      <dl className={css.facts}>
        {hosts.map(([host, { requests, bytesSent, bytesReceived }]) => (
          <div key={host} className={css.row}>
            <dt>{host}</dt>
            <dd>{t('reached.traffic', { sent: bytes(bytesSent), received: bytes(bytesReceived) })}</dd>
            <dd className={css.source}>{t('reached.requests', { count: requests, number: count(requests) })}</dd>
          </div>
        ))}
        {calls.length === 0 ? null : (
          <div className={css.row}>
            <dt>{t('reached.photos')}</dt>
            <dd>{t('reached.files', { read: bytes(totals.bytesRead), written: bytes(totals.bytesWritten) })}</dd>
            <dd className={css.source}>
              {t('reached.hostCalls', { count: totals.hostCalls, number: count(totals.hostCalls) })}
            </dd>
          </div>
        )}
        {calls.map(([name, number]) => (
          <div key={name} className={css.row}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{t('reached.times', { count: number, number: count(number) })}</dd>
            <dd className={css.source} />
          </div>
        ))}
      </dl>
    </Section>
  );
}
