import type { AbuseReport } from '@proofpix/contract/api/abuse-reports';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import css from './moderation.module.css';

/** What a report is about, and what it says. */
export function ReportHead({ report: { kind, publisher, plugin, category, text, at } }: { report: AbuseReport }) {
  const { t } = useTranslation('ratings');
  const to = plugin === null ? paths.publisher(publisher) : paths.listing(publisher, plugin);
  return (
    <>
      <p className={css.line}>
        <Link to={to} className={css.name}>
          {plugin === null ? publisher : `${publisher}/${plugin}`}
        </Link>
        <span className={css.meta}>{t(`kind.${kind}`)}</span>
        <span className={css.meta}>{t(`category.${category}`)}</span>
        <time className={css.meta} dateTime={at} title={timeWithZone(at)}>
          {timeInList(at)}
        </time>
      </p>
      <p className={css.text}>{text}</p>
    </>
  );
}
