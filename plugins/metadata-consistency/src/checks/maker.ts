import type { Finding } from '../finding.ts';
import { textOf, type Metadata } from '../metadata.ts';

/** Names of models that one maker alone uses. */
const models: readonly (readonly [RegExp, RegExp])[] = [
  [/^(iPhone|iPad|iPod)\b/i, /^apple/i],
  [/^Canon\b/i, /^canon/i],
  [/^NIKON\b/i, /^nikon/i],
  [/^(ILCE-|ILCA-|DSC-|SLT-A|NEX-|ZV-)/i, /^sony/i],
  [/^(SM-[A-Z]\d|GT-[A-Z]\d|Galaxy )/i, /^samsung/i],
  [/^Pixel \d/i, /^google/i],
  [/^(DMC-|DC-(?:G|S|T|F|L|BG|GH))/i, /^(panasonic|leica)/i],
  [/^(FinePix|X-(?:T|E|H|Pro|S|A|M)\d|GFX)/i, /^fuji/i],
  [/^(OM-1|E-M\d|E-PL?\d|TG-\d)/i, /^(olympus|om digital)/i],
  [/^PENTAX\b/i, /^(pentax|ricoh|asahi)/i],
  [/^(FC\d{3,4}|L1D-20c|Mavic|DJI)/i, /^(dji|hasselblad)/i],
  [/^HERO\d/i, /^gopro/i],
];

/** A model that the named maker never made. */
export function maker(metadata: Metadata): Finding[] {
  const make = textOf(metadata, 'Make');
  const model = textOf(metadata, 'Model');
  if (make === null || model === null) return [];
  const owner = models.find(([name]) => name.test(model))?.[1];
  if (owner === undefined || owner.test(make)) return [];
  return [
    {
      severity: 'possible',
      confidence: 0.9,
      question: 'origin',
      title: 'Camera model and maker do not belong together',
      explanation: 'A camera writes both from its own memory. One of the two was written by something else.',
      evidence: { Make: make, Model: model },
    },
  ];
}
