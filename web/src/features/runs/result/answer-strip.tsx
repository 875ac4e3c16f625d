import { Mark } from '../../../ui/mark.tsx';
import type { Answer } from './answers.ts';
import css from './answer-strip.module.css';

export function AnswerStrip({ answers }: { answers: readonly Answer[] }) {
  return (
    <dl className={css.strip}>
      {answers.map(({ title, mark, value, detail }) => (
        <div key={title} className={css.cell}>
          <dt className={css.title}>{title}</dt>
          <dd>
            <span className={css.value}>
              {mark === null ? null : <Mark kind={mark} />}
              {value}
            </span>
            <span className={css.detail}>{detail}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
