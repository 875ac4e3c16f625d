import type { Run, RunSummary } from '@proofpix/contract/runs';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { paths } from '../../../paths.ts';
import { caseQuery } from '../../cases/queries.ts';
import { batchQuery } from '../queries.ts';
import { RunThumbnail } from '../thumbnail.tsx';
import css from './film-strip.module.css';
import { usePageKeys } from './use-page-keys.ts';

/** Its neighbours in the case, or else those that came with it. */
function useNeighbours(run: Run): readonly { run: RunSummary; number: number | null }[] {
  const inCase = useQuery({ ...caseQuery(run.case?.id ?? ''), enabled: run.case !== null });
  const batch = useQuery({ ...batchQuery(run.batchId), enabled: run.case === null });
  if (run.case !== null)
    return (inCase.data?.exhibits ?? []).map((exhibit) => ({ run: exhibit.run, number: exhibit.number }));
  return (batch.data ?? []).map((each) => ({ run: each, number: null }));
}

/** Small pictures of the photos beside this one; arrow keys go from one to the next. */
export function FilmStrip({ run }: { run: Run }) {
  const { t } = useTranslation('runs');
  const neighbours = useNeighbours(run);
  const navigate = useNavigate();
  const here = neighbours.findIndex((neighbour) => neighbour.run.id === run.id);
  const current = useRef<HTMLAnchorElement>(null);
  const many = neighbours.length > 1;

  useEffect(() => {
    const link = current.current;
    const strip = link?.closest('ul');
    // Only sideways: the page stays where it is.
    if (link && strip) strip.scrollLeft = link.offsetLeft - (strip.clientWidth - link.offsetWidth) / 2;
    // What is measured changes with the photo and with the strip's first drawing.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [here, many]);
  usePageKeys((key) => {
    const way = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    const next = way === 0 || here === -1 ? undefined : neighbours[here + way];
    if (next === undefined) return false;
    void navigate(paths.run(next.run.id), { preventScrollReset: true, replace: true });
    return true;
  });

  if (!many) return null;
  return (
    <nav aria-label={t(run.case === null ? 'film.batch' : 'film.case')} className={css.film}>
      <ul className={css.strip}>
        {neighbours.map((neighbour) => {
          const { id, file } = neighbour.run;
          const name =
            neighbour.number === null ? file.name : t('film.exhibit', { number: neighbour.number, name: file.name });
          return (
            <li key={id}>
              <Link
                ref={id === run.id ? current : null}
                className={css.photo}
                to={paths.run(id)}
                replace
                preventScrollReset
                title={name}
                aria-current={id === run.id ? 'page' : undefined}
              >
                <RunThumbnail run={neighbour.run} large />
                <span className="visually-hidden">{name}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
