import type { PluginReceipt } from '@proofpix/contract/receipts';
import { bytes, count, counted } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './facts.module.css';

/** What went in and out, through the host and nowhere else. */
export function Reached({ receipt }: { receipt: PluginReceipt }) {
  const { totals } = receipt;
  const hosts = Object.entries(totals.traffic).sort(([, a], [, b]) => b.requests - a.requests);
  const calls = Object.entries(totals.byHostCall).sort(([, a], [, b]) => b - a);
  return (
    <Section title="Reached" aside={hosts.length === 0 ? 'No network' : counted(hosts.length, 'host')}>
      {hosts.length === 0 && calls.length === 0 ? <Empty>It asked the host for nothing.</Empty> : null}
      <dl className={css.facts}>
        {hosts.map(([host, { requests, bytesSent, bytesReceived }]) => (
          <div key={host} className={css.row}>
            <dt>{host}</dt>
            <dd>
              {bytes(bytesSent)} sent, {bytes(bytesReceived)} received
            </dd>
            <dd className={css.source}>{counted(requests, 'request')}</dd>
          </div>
        ))}
        {calls.length === 0 ? null : (
          <div className={css.row}>
            <dt>Photos</dt>
            <dd>
              {bytes(totals.bytesRead)} read, {bytes(totals.bytesWritten)} written
            </dd>
            <dd className={css.source}>{counted(totals.hostCalls, 'host call')}</dd>
          </div>
        )}
        {calls.map(([name, number]) => (
          <div key={name} className={css.row}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{count(number)} times</dd>
            <dd className={css.source} />
          </div>
        ))}
      </dl>
    </Section>
  );
}
