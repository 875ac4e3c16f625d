import type { Conflict, Disagreement, Run } from '@proofpix/contract/runs';
import { useTranslation } from 'react-i18next';
import { Section } from '../../../ui/section.tsx';
import { apartText, readingText } from './disagreement-words.ts';
import css from './disagreements.module.css';
import { tagName, valueText } from './tag-words.ts';

type Reading = Disagreement['readings'][number];
type Origin = Reading['origin'];

const origins: readonly Origin[] = ['exif', 'gps', 'file-name', 'xmp', 'iptc', 'credentials', 'picture'];

/** Tags whose differing values are told as an answer to one of the questions already. */
const told =
  /^(?:DateTimeOriginal|CreateDate|GPSDateTime|GPSDateStamp|GPSTimeStamp|Software|CreatorTool|OriginatingProgram|latitude|longitude|Make|Model)$/;

type Props = { run: Run; pluginName: (id: string) => string };

/** Question by origin: who says what, who says nothing, and why it matters. */
export function Disagreements({ run, pluginName }: Props) {
  const { t } = useTranslation('runs');
  const questions = new Set(run.disagreements.map(({ question }) => question));
  const others = run.conflicts.filter(({ tag }) => !told.test(tag) || questions.size === 0);
  if (run.disagreements.length === 0 && others.length === 0) return null;
  const shown = origins.filter((origin) =>
    run.disagreements.some((row) => row.readings.some((r) => r.origin === origin)),
  );
  return (
    <Section id="disagreements" title={t('disagreements.title')} aside={t('disagreements.aside')}>
      {run.disagreements.length === 0 ? null : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t('disagreements.question')}</th>
              {shown.map((origin) => (
                <th key={origin} scope="col">
                  {t(`origins.${origin}`)}
                </th>
              ))}
              <th scope="col" className={css.why}>
                {t('disagreements.why')}
              </th>
            </tr>
          </thead>
          <tbody>
            {run.disagreements.map((row) => (
              <tr key={row.question}>
                <th scope="row">
                  {t(`questions.${row.question}`)}
                  <span className={css.apart}>{apartText(t, row)}</span>
                </th>
                {shown.map((origin) => (
                  <Readings key={origin} row={row} origin={origin} pluginName={pluginName} />
                ))}
                <td className={css.why} data-origin={t('disagreements.why')}>
                  {t(`matters.${row.question}`)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {others.length === 0 ? null : <Conflicts conflicts={others} pluginName={pluginName} />}
    </Section>
  );
}

/** The first reading is the one that the metadata below show. */
function Readings({ row, origin, pluginName }: { row: Disagreement; origin: Origin; pluginName: Props['pluginName'] }) {
  const { t } = useTranslation('runs');
  const readings = row.readings.filter((reading) => reading.origin === origin);
  return (
    <td data-origin={t(`origins.${origin}`)} data-silent={readings.length === 0 || undefined}>
      {readings.length === 0 ? (
        t('disagreements.silent')
      ) : (
        <div>
          {readings.map((reading, index) => (
            <span key={index} className={css.reading}>
              <span className={reading === row.readings[0] ? css.first : undefined}>
                {readingText(row.question, reading)}
              </span>
              <span className={css.source}>
                {reading.source === null ? t('disagreements.noPlugin') : pluginName(reading.source.plugin)}
              </span>
            </span>
          ))}
        </div>
      )}
    </td>
  );
}

const mostColumns = 4;

/** The same tag, read differently by several plugins. */
function Conflicts({ conflicts, pluginName }: { conflicts: readonly Conflict[]; pluginName: Props['pluginName'] }) {
  const { t } = useTranslation('runs');
  const plugins = [...new Set(conflicts.flatMap(({ values }) => values.map(({ source }) => source.plugin)))].slice(
    0,
    mostColumns,
  );
  return (
    <table className={css.table}>
      <caption className={css.caption}>{t('disagreements.plugins')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('disagreements.value')}</th>
          {plugins.map((plugin) => (
            <th key={plugin} scope="col">
              {pluginName(plugin)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {conflicts.map((conflict) => (
          <tr key={conflict.tag}>
            <th scope="row" title={conflict.tag}>
              {tagName(t, conflict.tag)}
            </th>
            {plugins.map((plugin) => {
              const said = conflict.values.find(({ source }) => source.plugin === plugin);
              return (
                <td key={plugin} data-origin={pluginName(plugin)} data-silent={said === undefined || undefined}>
                  {said === undefined ? (
                    t('disagreements.silent')
                  ) : (
                    <span className={said === conflict.values[0] ? css.first : undefined}>
                      {valueText(t, conflict.tag, said.value)}
                    </span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
