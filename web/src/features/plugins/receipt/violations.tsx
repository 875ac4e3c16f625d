import type { PluginReceipt } from '@proofpix/contract/receipts';
import { violationTypes } from '@proofpix/contract/violations';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { count as written } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { useAccount } from '../../accounts/queries.ts';
import { Severity } from '../../security/severity.tsx';
import css from './facts.module.css';

export function Violations({ receipt }: { receipt: PluginReceipt }) {
  const { t } = useTranslation('plugins');
  const { may } = useAccount();
  return (
    <Section
      title={t('violations.title')}
      actions={
        receipt.violations.length > 0 && may('security:read') ? (
          <Link to={paths.securityOf(receipt.plugin)}>{t('violations.show')}</Link>
        ) : undefined
      }
    >
      {receipt.violations.length === 0 ? <Empty>{t('violations.none')}</Empty> : null}
      <dl className={css.facts}>
        {receipt.violations.map(({ type, severity, count }) => {
          const known = violationTypes.find((each) => each === type);
          return (
            <div key={`${type} ${severity}`} className={css.row}>
              <dt>
                <Severity severity={severity} />
              </dt>
              <dd>{known === undefined ? type : t(`violations.kind.${known}`)}</dd>
              <dd className={css.source}>{t('reached.times', { count, number: written(count) })}</dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}
