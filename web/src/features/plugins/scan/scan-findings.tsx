import type { ScanFinding, ScanResult } from '@proofpix/contract/scan';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './scan.module.css';

const severities = ['high', 'medium', 'low'] as const;
const atFirst = 5;

/** What the rules found, the gravest first, each with the line of source that it is about. */
export function ScanFindings({ result }: { result: ScanResult }) {
  const { t } = useTranslation('plugins');
  return (
    <>
      {severities.map((severity) => (
        <Group
          key={severity}
          title={t(`scan.severity.${severity}`)}
          findings={result.findings.filter((finding) => finding.severity === severity)}
        />
      ))}
      {result.more === 0 ? null : <p className={css.more}>{t('scan.more', { count: result.more })}</p>}
    </>
  );
}

function Group({ title, findings }: { title: string; findings: readonly ScanFinding[] }) {
  const { t } = useTranslation('plugins');
  const [all, setAll] = useState(false);
  if (findings.length === 0) return null;
  const shown = all ? findings : findings.slice(0, atFirst);
  return (
    <section className={css.group} aria-label={title}>
      <h3 className={css.severity}>
        {title} <span className={css.count}>{findings.length}</span>
      </h3>
      <ul>
        {shown.map((finding) => (
          <Finding key={keyOf(finding)} finding={finding} />
        ))}
      </ul>
      {shown.length === findings.length ? null : (
        <button type="button" className={css.all} onClick={() => setAll(true)}>
          {t('scan.showAll', { count: findings.length })}
        </button>
      )}
    </section>
  );
}

function Finding({ finding }: { finding: ScanFinding }) {
  const { rule, message, remedy, excerpt } = finding;
  return (
    <li className={css.finding}>
      <p className={css.message}>
        {message} <code className={css.rule}>{rule}</code>
      </p>
      <p className={css.remedy}>{remedy}</p>
      <p className={css.source}>
        <code className={css.place}>{placeOf(finding)}</code>
        {excerpt === '' ? null : <code className={css.excerpt}>{excerpt}</code>}
      </p>
    </li>
  );
}

function placeOf({ file, line, column }: ScanFinding): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}

function keyOf(finding: ScanFinding): string {
  return `${finding.rule} ${placeOf(finding)} ${finding.message}`;
}
