import type { PluginReceipt } from '@proofpix/contract/receipts';
import { Bars } from '../../../ui/bars.tsx';
import { bytes, count, dayInUtc, duration } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './spent.module.css';

/** What it cost, measured from outside of it. */
export function Spent({ receipt }: { receipt: PluginReceipt }) {
  const { totals } = receipt;
  const period = `${dayInUtc(receipt.from)} to ${dayInUtc(receipt.to)}`;
  const time = (value: number | null) => (value === null ? '–' : duration(value));
  const cells = [
    { label: 'Calls', value: count(totals.calls) },
    { label: 'Errors', value: count(totals.errors), bad: totals.errors > totals.calls / 100 },
    { label: 'Half within', value: time(totals.p50Milliseconds) },
    { label: '95 of 100 within', value: time(totals.p95Milliseconds) },
    { label: '99 of 100 within', value: time(totals.p99Milliseconds) },
    { label: 'Processor', value: duration(totals.cpuSeconds * 1000) },
    { label: 'Memory, at most', value: bytes(totals.memoryBytes) },
    { label: 'Stored now', value: bytes(receipt.storageBytes) },
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
      <Section title="Calls a day" aside={period}>
        {receipt.days.length === 0 ? (
          <Empty>It was not called in this time.</Empty>
        ) : (
          <Bars
            height={72}
            text={`Calls a day from ${period}: ${count(totals.calls)}, ${count(totals.errors)} of them with an error`}
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
