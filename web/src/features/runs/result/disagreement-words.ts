import { recordedTime } from '@proofpix/contract/recorded-time';
import type { Disagreement } from '@proofpix/contract/runs';
import type { TFunction } from 'i18next';
import { count } from '../../../ui/format.ts';
import { clockText, spanText, zoneText } from '../time-words.ts';
import { positionText } from './position-words.ts';

type Reading = Disagreement['readings'][number];

/** As it was recorded, only written as this page writes such things. */
export function readingText(question: Disagreement['question'], { value }: Reading): string {
  if (question === 'time') {
    const time = recordedTime(value);
    return time === null ? value : `${clockText(time)} ${zoneText(time)}`.trim();
  }
  if (question === 'place') {
    const [latitude = NaN, longitude = NaN] = value.split(',').map(Number);
    return Number.isFinite(latitude + longitude) ? positionText({ latitude, longitude }) : value;
  }
  return value;
}

/** "3 hr 30 min apart" */
export function apartText(t: TFunction<'runs'>, { apart }: Disagreement): string | null {
  if (apart === null) return null;
  if (apart.unit === 'seconds') return t('disagreements.apart', { span: spanText(apart.value) });
  const far = apart.value < 10_000 ? `${count(apart.value)} m` : `${count(Math.round(apart.value / 1000))} km`;
  return t('disagreements.apart', { span: far });
}
