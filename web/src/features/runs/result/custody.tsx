import type { Run, Step } from '@proofpix/contract/runs';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { bytes, duration, listed } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { useAccount } from '../../accounts/queries.ts';
import { EvidenceKey } from '../evidence-key.tsx';
import { useCurrentStep } from '../live-runs.ts';
import { isActive } from '../queries.ts';
import css from './custody.module.css';
import { errorWords } from './failures.tsx';

type Props = { run: Run; pluginName: (id: string) => string; actions?: ReactNode };

/** One row a step, in the order in which they ran: who, which bytes of code, what it read, took and gave. */
export function Custody({ run, pluginName, actions }: Props) {
  const { t } = useTranslation('runs');
  const current = useCurrentStep(run.id);
  const next = isActive(run) ? current : undefined;
  return (
    <Section id="custody" title={t('custody.title')} aside={t('custody.aside')} actions={actions}>
      {run.steps.length === 0 && next === undefined ? (
        <Empty>{t(isActive(run) ? 'custody.notYet' : 'custody.none')}</Empty>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t('custody.plugin')}</th>
              <th scope="col">{t('custody.step')}</th>
              <th scope="col">{t('custody.digest')}</th>
              <th scope="col">{t('custody.read')}</th>
              <th scope="col">{t('custody.reached')}</th>
              <th scope="col" className={css.number}>
                {t('custody.time')}
              </th>
              <th scope="col">{t('custody.gave')}</th>
            </tr>
          </thead>
          <tbody>
            {run.steps.map((step, index) => (
              <StepRow key={index} step={step} name={pluginName(step.plugin)} />
            ))}
            {next === undefined ? null : (
              <tr>
                <Cell label={t('custody.plugin')}>
                  <span className={css.name}>{pluginName(next.plugin)}</span>
                </Cell>
                <Cell label={t('custody.step')}>
                  <code>{next.hook}</code>
                </Cell>
                <td colSpan={5} className={css.quiet}>
                  {t('custody.now')}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
      <EvidenceKey />
    </Section>
  );
}

function StepRow({ step, name }: { step: Step; name: string }) {
  const { t } = useTranslation('runs');
  const { bytesRead, hostCalls } = step.usage;
  const reached = Object.entries(step.usage.reached ?? {});
  return (
    <tr>
      <Cell label={t('custody.plugin')}>
        <StepPlugin id={step.plugin} name={name} /> <span className={css.quiet}>{step.version}</span>
      </Cell>
      <Cell label={t('custody.step')}>
        <code>{step.hook}</code>
      </Cell>
      <Cell label={t('custody.digest')}>
        <code title={step.digest}>{`${step.digest.slice(0, 4)}…${step.digest.slice(-4)}`}</code>
      </Cell>
      <Cell label={t('custody.read')}>
        {bytesRead === 0 ? (
          <span className={css.quiet}>{t('custody.nothing')}</span>
        ) : (
          t('custody.readIn', { size: bytes(bytesRead), count: hostCalls })
        )}
      </Cell>
      <Cell label={t('custody.reached')}>
        {reached.length === 0 ? (
          <span className={css.quiet}>{t('custody.nothing')}</span>
        ) : (
          listed(reached.map(([host, requests]) => t('custody.host', { host, count: requests })))
        )}
      </Cell>
      <Cell label={t('custody.time')} className={css.number}>
        {duration(step.milliseconds)}
      </Cell>
      <Cell label={t('custody.gave')}>
        <Gave step={step} />
      </Cell>
    </tr>
  );
}

/** Leads to the plugin's receipt, for whoever may see it. */
function StepPlugin({ id, name }: { id: string; name: string }) {
  const { may } = useAccount();
  if (!may('plugins:read')) return <span className={css.name}>{name}</span>;
  return (
    <Link className={css.name} to={paths.plugin(id)}>
      {name}
    </Link>
  );
}

/** Below 1100 px the head is gone and each cell carries its own label. */
function Cell({ label, className, children }: { label: string; className?: string | undefined; children: ReactNode }) {
  return (
    <td data-label={label} className={className}>
      <div>{children}</div>
    </td>
  );
}

function Gave({ step }: { step: Step }) {
  const { t } = useTranslation('runs');
  if (step.error !== undefined) {
    return (
      <>
        <span className={css.failed}>{t('custody.failed')} </span>
        {errorWords(step.error)}
        {step.error.stack === undefined ? null : (
          <details className={css.stack}>
            <summary>{t('custody.where')}</summary>
            <pre tabIndex={0} role="region" aria-label={t('custody.stack')}>
              {step.error.stack}
            </pre>
          </details>
        )}
      </>
    );
  }
  const gave = [
    ...part(t, 'values', sizeOf(step.result, 'metadata')),
    ...part(t, 'findings', sizeOf(step.result, 'findings')),
    ...part(t, 'files', step.files.length),
  ];
  return (
    <>
      {gave.length === 0 ? <span className={css.quiet}>{t('custody.nothing')}</span> : gave.join(', ')}
      {step.notes === undefined || step.notes.length === 0 ? null : (
        <span className={css.notes}>{step.notes.join(' ')}</span>
      )}
    </>
  );
}

function part(t: TFunction<'runs'>, what: 'values' | 'findings' | 'files', count: number): string[] {
  return count === 0 ? [] : [t(`custody.${what}`, { count })];
}

/** How many entries a part of a result has. Results differ from hook to hook, so their shape is looked at, not assumed. */
function sizeOf(result: Step['result'], name: 'metadata' | 'findings'): number {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return 0;
  const value: unknown = Object.entries(result).find(([key]) => key === name)?.[1];
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
