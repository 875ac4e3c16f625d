import type { RunSummary } from '@proofpix/contract/runs';
import { Checkbox } from '@mantine/core';
import { useRef, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { timeInList, timeWithZone } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { RunTicks } from '../../../ui/run-ticks.tsx';
import { useJudges } from '../../plugins/queries.ts';
import { resultWords, ticksOf, type Judges } from '../result-words.ts';
import { RunThumbnail } from '../thumbnail.tsx';
import css from './run-table.module.css';

type Selection = { chosen: ReadonlySet<string>; onChange: (chosen: ReadonlySet<string>) => void };

type Props = { runs: readonly RunSummary[]; selection?: Selection };

/** Runs as rows. With a selection each has a box; Shift and a click choose all rows in between. */
export function RunTable({ runs, selection }: Props) {
  const { t } = useTranslation('runs');
  const judges = useJudges();
  const last = useRef<number | null>(null);

  function choose(index: number, on: boolean, through: boolean) {
    if (selection === undefined) return;
    const from = through && last.current !== null ? last.current : index;
    const chosen = new Set(selection.chosen);
    for (const run of runs.slice(Math.min(from, index), Math.max(from, index) + 1)) {
      if (on) chosen.add(run.id);
      else chosen.delete(run.id);
    }
    last.current = index;
    selection.onChange(chosen);
  }

  const allChosen = selection !== undefined && runs.every(({ id }) => selection.chosen.has(id));
  return (
    <table className={css.table} data-selectable={selection !== undefined || undefined}>
      <thead>
        <tr>
          {selection === undefined ? null : (
            <th scope="col" className={css.box}>
              <Checkbox
                aria-label={t('history.chooseAll')}
                checked={allChosen}
                indeterminate={!allChosen && selection.chosen.size > 0}
                onChange={() => selection.onChange(allChosen ? new Set() : new Set(runs.map(({ id }) => id)))}
              />
            </th>
          )}
          <th scope="col">{t('history.photo')}</th>
          <th scope="col" className={css.case}>
            {t('history.case')}
          </th>
          <th scope="col" className={css.resultHead}>
            {t('history.result')}
          </th>
          <th scope="col" className={css.steps}>
            {t('history.steps')}
          </th>
          <th scope="col" className={css.received}>
            {t('history.received')}
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run, index) => (
          <RunRow
            key={run.id}
            run={run}
            judges={judges}
            chosen={selection?.chosen.has(run.id)}
            onChoose={(on, through) => choose(index, on, through)}
          />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = {
  run: RunSummary;
  judges: Judges;
  /** Undefined: rows cannot be chosen here. */
  chosen: boolean | undefined;
  onChoose: (on: boolean, through: boolean) => void;
};

function RunRow({ run, judges, chosen, onChoose }: RowProps) {
  const { t } = useTranslation('runs');
  const { mark, text } = resultWords(t, run, judges);
  const { ticks, label } = ticksOf(t, run, run.state === 'running');
  // A change of a box does not say which keys were held, the click before it does.
  const through = useRef(false);
  return (
    <tr data-chosen={chosen || undefined}>
      {chosen === undefined ? null : (
        <td className={css.box}>
          <Checkbox
            aria-label={t('history.choose', { name: run.file.name })}
            checked={chosen}
            onClick={(event: MouseEvent) => {
              through.current = event.shiftKey;
            }}
            onChange={({ currentTarget }) => onChoose(currentTarget.checked, through.current)}
          />
        </td>
      )}
      <td>
        <span className={css.photo}>
          <RunThumbnail run={run} />
          <Link className={css.name} to={paths.run(run.id)} title={run.file.name}>
            {run.file.name}
          </Link>
        </span>
      </td>
      <td className={css.case}>
        {run.case === null ? (
          <span className={css.none}>{t('history.noCase')}</span>
        ) : (
          <Link className={css.caseLink} to={paths.case(run.case.id)} title={run.case.title}>
            {run.case.title}
          </Link>
        )}
      </td>
      <td className={css.resultCell}>
        <span className={css.result}>
          <Mark kind={mark} />
          {text}
        </span>
      </td>
      <td className={css.steps}>
        {ticks.length === 0 ? (
          <span className={css.none}>{t('history.noSteps')}</span>
        ) : (
          <RunTicks ticks={ticks} label={label} />
        )}
      </td>
      <td className={css.received}>
        <time dateTime={run.createdAt} title={timeWithZone(run.createdAt)}>
          {timeInList(run.createdAt)}
        </time>
      </td>
    </tr>
  );
}
