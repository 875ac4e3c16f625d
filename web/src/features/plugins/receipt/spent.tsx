import type { PluginReceipt } from '@proofpix/contract/receipts';
import { useTranslation } from 'react-i18next';
import { Bars } from '../../../ui/bars.tsx';
import { bytes, count, dayInUtc, duration } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './spent.module.css';

/** What it cost, measured from outside of it. */
export function Spent({ receipt }: { receipt: PluginReceipt }) {
  const { t } = useTranslation('plugins');
  const { totals } = receipt;
  const period = t('spent.period', { from: dayInUtc(receipt.from), to: dayInUtc(receipt.to) });
  const time = (value: number | null) => (value === null ? '–' : duration(value));
  const cells = [
    { label: t('columns.calls'), value: count(totals.calls) },
    { label: t('columns.errors'), value: count(totals.errors), bad: totals.errors > totals.calls / 100 },
    { label: t('spent.p50'), value: time(totals.p50Milliseconds) },
    { label: t('spent.p95'), value: time(totals.p95Milliseconds) },
    { label: t('spent.p99'), value: time(totals.p99Milliseconds) },
    { label: t('spent.processor'), value: duration(totals.cpuSeconds * 1000) },
    { label: t('spent.memory'), value: bytes(totals.memoryBytes) },
    { label: t('spent.stored'), value: bytes(receipt.storageBytes) },
  ];
  return (
    <>
      <dl className={css.strip}>
        {cells.map(({ label, value, bad }) => (
          <div key={label} className={css.cell}>
            <dt>{label}</dt>
            <dd data-bad={bad || undefined}>{value}</dd>
          </div>
        ))}
      </dl>
      <Section title={t('spent.callsADay')} aside={period}>
        {receipt.days.length === 0 ? (
          <Empty>{t('spent.never')}</Empty>
        ) : (
          <Bars
            height={72}
            text={t('spent.chart', { period, calls: count(totals.calls), errors: count(totals.errors) })}
            bars={everyDay(receipt)}
          />
        )}
      </Section>
    </>
  );
}

/** Days without a call are days too: without them the picture would close its gaps. */
function everyDay({ from, to, days }: PluginReceipt) {
  const known = new Map(days.map((day) => [day.day, day]));
  const bars: { label: string; value: number; bad: number }[] = [];
  for (let day = new Date(from); day <= new Date(to); day.setUTCDate(day.getUTCDate() + 1)) {
    const label = day.toISOString().slice(0, 10);
    bars.push({ label: dayInUtc(label), value: known.get(label)?.calls ?? 0, bad: known.get(label)?.errors ?? 0 });
  }
  return bars;
}
