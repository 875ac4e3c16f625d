import type { LayerState } from '@proofpix/contract/sandbox-layers';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { Mark } from '../../ui/mark.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { readinessQuery } from './queries.ts';
import css from './sandbox-layers.module.css';

/** What stands around every plugin on this server, as it was found out by trying when the server started. */
export function SandboxLayers() {
  const { t } = useTranslation('security');
  const readiness = useQuery(readinessQuery);
  const layers = readiness.data?.sandbox;
  return (
    <Section title={t('sandbox.title')} aside={layers === undefined ? undefined : summaryOf(layers, t)}>
      {readiness.isPending ? <LoadingRows rows={6} label={t('sandbox.loading')} /> : null}
      {readiness.isError && layers === undefined ? (
        <ErrorNotice
          title={t('sandbox.failedTitle')}
          code={problemCode(readiness.error)}
          action={<TryAgain onTry={readiness.refetch} />}
        >
          {problemText(readiness.error)}
        </ErrorNotice>
      ) : null}
      {layers === undefined ? null : (
        <ul>
          {layers.map((layer) => (
            <li key={layer.layer} className={css.row}>
              <Mark kind={layer.on ? 'nothing' : 'possible'} />
              <div className={css.what}>
                <p className={css.sentence}>{t(`sandbox.layers.${layer.layer}`)}</p>
                <p className={css.detail}>{layer.detail}</p>
              </div>
              <span className={css.state}>{layer.on ? t('sandbox.on') : t('sandbox.missing')}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function summaryOf(layers: readonly LayerState[], t: TFunction<'security'>): string {
  const missing = layers.filter(({ on }) => !on).length;
  return missing === 0
    ? t('sandbox.all', { count: layers.length })
    : t('sandbox.some', { count: missing, all: layers.length });
}
