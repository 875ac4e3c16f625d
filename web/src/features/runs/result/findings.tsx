import type { Run } from '@proofpix/contract/runs';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { count, percent } from '../../../ui/format.ts';
import { Mark } from '../../../ui/mark.tsx';
import { useJudges } from '../../plugins/queries.ts';
import { isActive } from '../queries.ts';
import { isDrawn } from './finding-regions.ts';
import css from './findings.module.css';
import { tagName, valueText } from './tag-words.ts';

type Finding = Run['findings'][number];

const rank = { strong: 0, possible: 1, note: 2 };

export function strongestFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity] || b.confidence - a.confidence);
}

type Props = {
  run: Run;
  pluginName: (id: string) => string;
  selected: number | null;
  hovered: number | null;
  onSelect: (index: number | null) => void;
  onHover: (index: number | null) => void;
  /** Begins a note about a finding; null where the role may not write. */
  onNote: ((number: number, title: string) => void) | null;
};

export function Findings({ run, pluginName, selected, hovered, onSelect, onHover, onNote }: Props) {
  const { t } = useTranslation('runs');
  const { findings } = run;
  const judges = useJudges();
  const sources = new Set(findings.map(({ source }) => source.plugin)).size;
  return (
    <section aria-label={t('findings.title')} data-keys className={css.section}>
      <div className={css.head}>
        <h2>{t('findings.title')}</h2>
        {findings.length === 0 ? null : (
          <span className={css.aside}>{t('findings.from', { number: count(findings.length), count: sources })}</span>
        )}
      </div>
      {findings.length === 0 ? (
        <p className={css.none}>{silence(t, run, judges)}</p>
      ) : (
        <ol>
          {findings.map((finding, index) => (
            <FindingItem
              key={index}
              finding={finding}
              number={index + 1}
              plugin={pluginName(finding.source.plugin)}
              open={selected === index}
              lit={hovered === index}
              onHover={(on) => onHover(on ? index : null)}
              onNote={onNote === null ? null : () => onNote(index + 1, finding.title)}
              onToggle={() => onSelect(selected === index ? null : index)}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

/** Why the list is empty: nobody judged, nobody is done, or nobody found anything. */
function silence(t: TFunction<'runs'>, run: Run, judges: (id: string) => boolean | undefined): string {
  if (isActive(run)) return t('findings.looking');
  const looked = run.steps.filter((step) => step.ok);
  if (looked.length === 0) return t('findings.nobody');
  const number = new Set(looked.map(({ plugin }) => plugin)).size;
  const judged = looked.some((step) => step.hook === 'data:analyze' || judges(step.plugin) === true);
  return t(judged ? 'findings.nothing' : 'findings.onlyRead', { count: number });
}

type ItemProps = {
  finding: Finding;
  number: number;
  plugin: string;
  open: boolean;
  lit: boolean;
  onToggle: () => void;
  onHover: (on: boolean) => void;
  onNote: (() => void) | null;
};

function FindingItem({ finding, number, plugin, open, lit, onToggle, onHover, onNote }: ItemProps) {
  const { t } = useTranslation('runs');
  const evidence = Object.entries(finding.evidence ?? {}).filter(([, value]) => !isDrawn(value));
  const id = `finding-${number}`;
  return (
    <li
      className={css.finding}
      data-open={open || undefined}
      data-lit={lit || undefined}
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
      onFocus={() => onHover(true)}
      onBlur={() => onHover(false)}
    >
      <Mark kind={finding.severity} number={number} />
      <div className={css.body}>
        <h3 className={css.title}>
          <button type="button" className={css.toggle} aria-expanded={open} aria-controls={id} onClick={onToggle}>
            {finding.title}
          </button>
          <span className={`${css.word} ${css[finding.severity]}`}>{t(`severity.${finding.severity}`)}</span>
        </h3>
        <p className={css.explanation}>{finding.explanation}</p>
        <div id={id} hidden={!open}>
          <dl className={css.evidence}>
            {evidence.map(([name, value]) => (
              <div key={name}>
                <dt>{tagName(t, name)}</dt>
                <dd>{valueText(t, name, value)}</dd>
              </div>
            ))}
            <div>
              <dt>{t('findings.foundBy')}</dt>
              <dd>
                {t('findings.by', {
                  plugin,
                  version: finding.source.version,
                  confidence: percent(finding.confidence),
                })}
              </dd>
            </div>
          </dl>
          {onNote === null ? null : (
            <button type="button" className={css.act} onClick={onNote}>
              {t('notes.add')}
            </button>
          )}
        </div>
        {open ? null : (
          <p className={css.meta}>
            {plugin} · {t('findings.confidence', { confidence: percent(finding.confidence) })}
          </p>
        )}
      </div>
    </li>
  );
}
