import type { Run, Step } from '@proofpix/contract/runs';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { bytes, counted, duration } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { useAccount } from '../../accounts/queries.ts';
import { useCurrentStep } from '../live-runs.ts';
import { isActive } from '../queries.ts';
import css from './custody.module.css';
import { errorWords } from './failures.tsx';

/** One row a step, in the order in which they ran: who, which bytes of code, what it read, took and gave. */
export function Custody({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const current = useCurrentStep(run.id);
  const next = isActive(run) ? current : undefined;
  return (
    <Section title="Custody" aside="What each plugin read, gave and took">
      {run.steps.length === 0 && next === undefined ? (
        <Empty>{isActive(run) ? 'No plugin has finished a step yet.' : 'No plugin was called for this photo.'}</Empty>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Plugin</th>
              <th scope="col">Step</th>
              <th scope="col">Digest</th>
              <th scope="col">Read</th>
              <th scope="col" className={css.number}>
                Time
              </th>
              <th scope="col">Gave</th>
            </tr>
          </thead>
          <tbody>
            {run.steps.map((step, index) => (
              <StepRow key={index} step={step} name={pluginName(step.plugin)} />
            ))}
            {next === undefined ? null : (
              <tr>
                <Cell label="Plugin">
                  <span className={css.name}>{pluginName(next.plugin)}</span>
                </Cell>
                <Cell label="Step">
                  <code>{next.hook}</code>
                </Cell>
                <td colSpan={4} className={css.quiet}>
                  At work now
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function StepRow({ step, name }: { step: Step; name: string }) {
  return (
    <tr>
      <Cell label="Plugin">
        <StepPlugin id={step.plugin} name={name} /> <span className={css.quiet}>{step.version}</span>
      </Cell>
      <Cell label="Step">
        <code>{step.hook}</code>
      </Cell>
      <Cell label="Digest">
        <code title={step.digest}>{`${step.digest.slice(0, 4)}…${step.digest.slice(-4)}`}</code>
      </Cell>
      <Cell label="Read">
        {step.usage.bytesRead === 0 ? <span className={css.quiet}>Nothing</span> : bytes(step.usage.bytesRead)}
      </Cell>
      <Cell label="Time" className={css.number}>
        {duration(step.milliseconds)}
      </Cell>
      <Cell label="Gave">
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
  if (step.error !== undefined) {
    return (
      <>
        <span className={css.failed}>Failed. </span>
        {errorWords(step.error)}
        {step.error.stack === undefined ? null : (
          <details className={css.stack}>
            <summary>Where in the plugin</summary>
            <pre tabIndex={0} role="region" aria-label="Stack of the error">
              {step.error.stack}
            </pre>
          </details>
        )}
      </>
    );
  }
  const gave = [
    ...part(sizeOf(step.result, 'metadata'), 'value'),
    ...part(sizeOf(step.result, 'findings'), 'finding'),
    ...part(step.files.length, 'file'),
  ];
  return (
    <>
      {gave.length === 0 ? <span className={css.quiet}>Nothing</span> : gave.join(', ')}
      {step.notes === undefined || step.notes.length === 0 ? null : (
        <span className={css.notes}>{step.notes.join(' ')}</span>
      )}
    </>
  );
}

function part(number: number, what: string): string[] {
  return number === 0 ? [] : [counted(number, what)];
}

/** How many entries a part of a result has. Results differ from hook to hook, so their shape is looked at, not assumed. */
function sizeOf(result: Step['result'], name: 'metadata' | 'findings'): number {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return 0;
  const value: unknown = Object.entries(result).find(([key]) => key === name)?.[1];
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
