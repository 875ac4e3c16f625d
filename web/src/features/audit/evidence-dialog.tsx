import { routeUrl } from '@proofpix/contract/client';
import { limits } from '@proofpix/contract/limits';
import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder } from '../../ui/form.tsx';
import css from './evidence-dialog.module.css';

const dayMilliseconds = 24 * 3_600_000;

/** The same ZIP as "proofpix evidence" fetches. A link, not a fetch: the browser writes it to the disk as it comes. */
export function EvidenceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('audit');
  const { t: ui } = useTranslation('ui');
  const [[from, to], setDays] = useState(lastQuarter);
  const problem = problemOf(from, to);
  const missing = problem === undefined ? undefined : t(`evidence.${problem}`);
  return (
    <Dialog title={t('evidence.title')} onClose={onClose}>
      <p className={css.text} tabIndex={-1} data-autofocus>
        {t('evidence.text')}
      </p>
      <div className={css.days}>
        <TextInput
          label={t('evidence.from')}
          description={t('evidence.utc')}
          inputWrapperOrder={fieldOrder}
          type="date"
          value={from}
          onChange={({ currentTarget }) => setDays([currentTarget.value, to])}
        />
        <TextInput
          label={t('evidence.to')}
          inputWrapperOrder={fieldOrder}
          type="date"
          value={to}
          onChange={({ currentTarget }) => setDays([from, currentTarget.value])}
        />
      </div>
      <div className={css.buttons}>
        <span id="evidence-missing" className={css.missing} role="status">
          {missing ?? ''}
        </span>
        <Button onClick={onClose}>{ui('cancel')}</Button>
        {problem === undefined ? (
          <Button
            component="a"
            variant="filled"
            href={routeUrl(routes.controls.evidence, {}, momentsOf(from, to))}
            download
            onClick={onClose}
          >
            {t('evidence.action')}
          </Button>
        ) : (
          <Button variant="filled" disabled aria-describedby="evidence-missing">
            {t('evidence.action')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

/** The last day belongs to it. */
function momentsOf(from: string, to: string): { from: string; to: string } {
  return { from: `${from}T00:00:00Z`, to: new Date(Date.parse(to) + dayMilliseconds).toISOString() };
}

function problemOf(from: string, to: string): 'missing' | 'wrongOrder' | 'tooLong' | 'future' | undefined {
  const [start, end] = [Date.parse(from), Date.parse(to) + dayMilliseconds];
  if (Number.isNaN(start) || Number.isNaN(end)) return 'missing';
  if (end <= start) return 'wrongOrder';
  if (start > Date.now()) return 'future';
  return end - start > limits.evidenceDays * dayMilliseconds ? 'tooLong' : undefined;
}

/** What auditors ask for most often: the last quarter that is over. */
function lastQuarter(): [from: string, to: string] {
  const now = new Date();
  const first = Math.floor(now.getUTCMonth() / 3) * 3;
  const day = (month: number, ofMonth: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), month, ofMonth)).toISOString().slice(0, 10);
  return [day(first - 3, 1), day(first, 0)];
}
