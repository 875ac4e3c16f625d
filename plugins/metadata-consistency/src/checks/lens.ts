import type { Finding } from '../finding.ts';
import { sizeOf, textOf, type Metadata } from '../metadata.ts';

/** Lenses that cannot be changed carry their camera's maker. */
const fixed = /^(apple|google|samsung|huawei|xiaomi|oneplus|oppo|vivo|dji)/i;
/** Focal lengths are rounded, and zooms overrun their ends a little. */
const tolerated = 0.06;

/** The lens beside the camera, and the focal length beside the lens. */
export function lens(metadata: Metadata): Finding[] {
  return [...otherMaker(metadata), ...outOfRange(metadata)];
}

function otherMaker(metadata: Metadata): Finding[] {
  const make = textOf(metadata, 'Make');
  const lensMake = textOf(metadata, 'LensMake');
  const model = textOf(metadata, 'LensModel') ?? '';
  const phone = make !== null && fixed.test(make);
  const phoneLens = /\b(iPhone|iPad|Pixel|Galaxy)\b/i.exec(model)?.[0];
  const body = textOf(metadata, 'Model') ?? '';
  const foreign =
    (phone && lensMake !== null && lensMake.slice(0, 4).toLowerCase() !== make.slice(0, 4).toLowerCase()) ||
    (phoneLens !== undefined && !body.toLowerCase().includes(phoneLens.toLowerCase()));
  if (!foreign) return [];
  return [
    {
      severity: 'possible',
      confidence: 0.85,
      question: 'origin',
      title: 'Lens and camera do not belong together',
      explanation:
        'The lens of a phone cannot be changed. Entries of two photos were mixed, or one was written by hand.',
      evidence: { Make: make ?? '', Model: body, LensMake: lensMake ?? '', LensModel: model },
    },
  ];
}

function outOfRange(metadata: Metadata): Finding[] {
  const info = textOf(metadata, 'LensInfo');
  const focal = sizeOf(metadata, 'FocalLength');
  if (info === null || focal === null) return [];
  const [shortest = Number.NaN, longest = Number.NaN] = info.split(/\s+/).map(Number);
  if (!(shortest > 0 && longest >= shortest)) return [];
  if (focal >= shortest * (1 - tolerated) && focal <= longest * (1 + tolerated)) return [];
  return [
    {
      severity: 'possible',
      confidence: 0.7,
      question: 'origin',
      title: 'Focal length is outside the range of the named lens',
      explanation:
        'Lens and exposure were written by different hands, or an adapter or converter between lens and camera is not named.',
      evidence: { LensInfo: info, FocalLength: `${focal} mm` },
    },
  ];
}
