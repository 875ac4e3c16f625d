import type { PluginReceipt } from '@proofpix/contract/receipts';
import { violations, violationTypes } from '@proofpix/contract/violations';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { counted } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { useAccount } from '../../accounts/queries.ts';
import { Severity } from '../../security/severity.tsx';
import css from './facts.module.css';

export function Violations({ receipt }: { receipt: PluginReceipt }) {
  const { may } = useAccount();
  return (
    <Section
      title="Refused"
      actions={
        receipt.violations.length > 0 && may('security:read') ? (
          <Link to={paths.securityOf(receipt.plugin)}>Show the events</Link>
        ) : undefined
      }
    >
      {receipt.violations.length === 0 ? <Empty>Nothing that it did was refused.</Empty> : null}
      <dl className={css.facts}>
        {receipt.violations.map(({ type, severity, count }) => (
          <div key={`${type} ${severity}`} className={css.row}>
            <dt>
              <Severity severity={severity} />
            </dt>
            <dd>{titleOf(type)}</dd>
            <dd className={css.source}>{counted(count, 'time')}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function titleOf(type: string): string {
  const known = violationTypes.find((each) => each === type);
  return known === undefined ? type : violations[known].title;
}
