import type { ScanVerdict } from '@proofpix/contract/scan';
import { automaticRules, type AutomaticRule, type SubmissionState } from '@proofpix/contract/publishing';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { spanText } from '../runs/time-words.ts';
import { Mark, type MarkKind } from '../../ui/mark.tsx';
import { State, type Tone } from '../../ui/state.tsx';
import css from './submission-words.module.css';

const tones: Readonly<Record<SubmissionState, Tone>> = {
  received: 'asleep',
  'not-scanned': 'failed',
  blocked: 'failed',
  draft: 'waits',
  waiting: 'asleep',
  'in-review': 'asleep',
  'changes-requested': 'waits',
  rejected: 'failed',
  released: 'running',
  withdrawn: 'stopped',
};

export function SubmissionStateWord({ state }: { state: SubmissionState }) {
  const { t } = useTranslation('publishing');
  return <State tone={tones[state]} words={t(`state.${state}`)} />;
}

const verdictMarks: Readonly<Record<ScanVerdict, MarkKind>> = {
  pass: 'nothing',
  review: 'possible',
  block: 'strong',
};

/** What the scan made of a package; nothing where it has not ended. */
export function VerdictWord({ verdict }: { verdict: ScanVerdict | null }) {
  const { t } = useTranslation('publishing');
  if (verdict === null) return <span className={css.quiet}>{t('verdict.none')}</span>;
  return (
    <span className={css.verdict}>
      <Mark kind={verdictMarks[verdict]} />
      {t(`verdict.${verdict}`)}
    </span>
  );
}

/** The server names the stated rules by their sentence: in the language of the page where it is one of them. */
export function automaticRuleWords(sentence: string, t: TFunction<'publishing'>): string {
  const names = Object.keys(automaticRules) as AutomaticRule[]; // keys of a constant object
  const rule = names.find((name) => automaticRules[name] === sentence);
  return rule === undefined ? sentence : t(`automatic.rules.${rule}`);
}

/** "2 hrs, 5 min": a wait that has just begun is a second long. */
export function waitText(milliseconds: number): string {
  return spanText(Math.max(1, Math.round(milliseconds / 1000)));
}
