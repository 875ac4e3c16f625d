import type { AuditVerdict } from '@proofpix/contract/audit-record';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { count, timeWithZone } from '../../ui/format.ts';
import { Mark } from '../../ui/mark.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './audit-page.module.css';
import { auditRows, type TrailOf } from './queries.ts';

/** Has the server compute the whole chain anew. */
export function useVerification(of: TrailOf) {
  return useMutation({ mutationFn: () => call(auditRows[of].verify, { body: {} }) });
}

export function VerifyButton({ verification }: { verification: ReturnType<typeof useVerification> }) {
  const { t } = useTranslation('audit');
  return (
    <Button variant="filled" loading={verification.isPending} onClick={() => verification.mutate()}>
      {t('verify.action')}
    </Button>
  );
}

export function Verification({ verification }: { verification: ReturnType<typeof useVerification> }) {
  const { t } = useTranslation('audit');
  const { data, error } = verification;
  return (
    <div className={css.verdict} role="status" hidden={data === undefined && error === null}>
      {error === null ? null : (
        <ErrorNotice title={t('verify.failed')} code={problemCode(error)}>
          {problemText(error)} {t('verify.safe')}
        </ErrorNotice>
      )}
      {data === undefined ? null : <Verdict verdict={data} />}
    </div>
  );
}

function Verdict({ verdict: { fault, checked, head } }: { verdict: AuditVerdict }) {
  const { t } = useTranslation('audit');
  if (fault !== null)
    return (
      <ErrorNotice title={t(`fault.${fault.kind}`, { position: count(fault.position) })} code={fault.id ?? undefined}>
        {t('verify.keep')}
      </ErrorNotice>
    );
  return (
    <p>
      <Mark kind="nothing" />
      <span>
        <strong>{t('verify.whole', { count: checked, number: count(checked) })}</strong>{' '}
        {head === null ? null : t('verify.signed', { time: timeWithZone(head.signedAt) })}
      </span>
    </p>
  );
}
