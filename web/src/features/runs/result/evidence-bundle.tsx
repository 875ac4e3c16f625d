import { routeUrl } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import type { Run } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isActive } from '../queries.ts';
import css from './evidence-bundle.module.css';

/** Photo, reports, custody record and attestation in one file that can be checked without this server. */
export function EvidenceBundle({ run }: { run: Run }) {
  const { t } = useTranslation('runs');
  if (isActive(run)) {
    return (
      <>
        <span id="bundle-reason" className={css.reason}>
          {t('bundle.notDone')}
        </span>
        <Button size="xs" disabled aria-describedby="bundle-reason">
          {t('bundle.download')}
        </Button>
      </>
    );
  }
  return (
    <Button size="xs" component="a" href={routeUrl(routes.runs.bundle, { id: run.id })} download>
      {t('bundle.download')}
    </Button>
  );
}
