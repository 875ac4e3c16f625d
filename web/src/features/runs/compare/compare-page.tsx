import type { Run } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { TopBar } from '../../../frame/top-bar.tsx';
import { paths } from '../../../paths.ts';
import { bytes, timeWithZone } from '../../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { usePluginName } from '../../plugins/queries.ts';
import { runQuery } from '../queries.ts';
import { strongestFirst } from '../result/findings.tsx';
import { CompareFindings } from './compare-findings.tsx';
import { CompareMetadata } from './compare-metadata.tsx';
import css from './compare-page.module.css';
import { ComparePictures } from './compare-pictures.tsx';
import { RunPicker } from './run-picker.tsx';

type Side = 'left' | 'right';

/** Two photos beside each other: pictures in one view, values that differ first, findings of both. */
export function ComparePage() {
  const { t } = useTranslation('runs');
  usePageTitle(t('compare.title'));
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const ids = { left: parameters.get('left'), right: parameters.get('right') };
  const [choosing, setChoosing] = useState<Side | null>(null);
  const left = useQuery({ ...runQuery(ids.left ?? ''), enabled: ids.left !== null });
  const right = useQuery({ ...runQuery(ids.right ?? ''), enabled: ids.right !== null });
  const picking = choosing ?? (ids.left === null ? 'left' : ids.right === null ? 'right' : null);

  function choose(side: Side, id: string) {
    const next = { ...ids, [side]: id };
    setChoosing(null);
    void navigate(paths.compare(next.left ?? undefined, next.right ?? undefined), { replace: true });
  }

  return (
    <>
      <TopBar
        title={t('compare.title')}
        actions={
          ids.left !== null && ids.right !== null ? (
            <Button
              leftSection={<IconArrowsLeftRight size={16} stroke={1.6} />}
              onClick={() =>
                void navigate(paths.compare(ids.right ?? undefined, ids.left ?? undefined), { replace: true })
              }
            >
              {t('compare.swap')}
            </Button>
          ) : null
        }
      />
      <main id="main">
        <div className={css.heads}>
          {(['left', 'right'] as const).map((side) => (
            <Head
              key={side}
              side={side}
              run={(side === 'left' ? left : right).data}
              error={(side === 'left' ? left : right).error}
              pending={ids[side] !== null && (side === 'left' ? left : right).isPending}
              onChoose={() => setChoosing(side)}
            />
          ))}
        </div>
        {picking === null ? null : (
          <RunPicker
            title={t(`compare.pick.${picking}`)}
            not={picking === 'left' ? ids.right : ids.left}
            onPick={(id) => choose(picking, id)}
            onClose={ids[picking] === null ? null : () => setChoosing(null)}
          />
        )}
        {left.data !== undefined && right.data !== undefined ? <Both left={left.data} right={right.data} /> : null}
      </main>
    </>
  );
}

function Both({ left, right }: { left: Run; right: Run }) {
  const pluginName = usePluginName();
  const sorted = [left, right].map((run) => ({ ...run, findings: strongestFirst(run.findings) }));
  return (
    <>
      <ComparePictures key={`${left.id} ${right.id}`} left={left} right={right} />
      <div className={css.sections}>
        <CompareFindings runs={sorted} pluginName={pluginName} />
        <CompareMetadata left={left} right={right} />
      </div>
    </>
  );
}

type HeadProps = {
  side: Side;
  run: Run | undefined;
  error: Error | null;
  pending: boolean;
  onChoose: () => void;
};

function Head({ side, run, error, pending, onChoose }: HeadProps) {
  const { t } = useTranslation('runs');
  return (
    <section className={css.head} aria-label={t(`compare.${side}`)}>
      {run === undefined ? (
        <h2 className={css.name}>{t(`compare.${side}`)}</h2>
      ) : (
        <>
          <h2 className={css.name}>
            <Link to={paths.run(run.id)} title={run.file.name}>
              {run.file.name}
            </Link>
          </h2>
          <p className={css.facts}>
            {bytes(run.file.size)} · {t('result.received', { time: timeWithZone(run.createdAt) })}
          </p>
        </>
      )}
      {pending ? <LoadingRows rows={1} label={t('result.loading')} /> : null}
      {error === null ? null : (
        <ErrorNotice title={t('compare.failed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      )}
      <Button size="xs" onClick={onChoose}>
        {t(run === undefined ? 'compare.choose' : 'compare.other')}
      </Button>
    </section>
  );
}
