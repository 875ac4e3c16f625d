import type { Finding } from '../finding.ts';
import { textOf, type Metadata } from '../metadata.ts';

/** The terms of IPTC's list for pictures that no camera took. */
const sourceTypes =
  /(?:^|\/)(trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|algorithmicMedia|compositeSynthetic)$/;
const generators =
  /midjourney|dall[·\-\s]?e|stable ?diffusion|comfyui|automatic1111|invokeai|novelai|adobe firefly|imagen \d|gpt-4o|flux\.1|leonardo\.?ai|ideogram/i;
const programTags = [
  'Software',
  'CreatorTool',
  'XMP:CreatorTool',
  'C2PA:ClaimGenerator',
  'Description',
  'Credit',
  'XMP:Credit',
];
/** Under these, image generators write the request that they were given. */
const promptTags = ['parameters', 'Parameters', 'prompt', 'Prompt', 'workflow', 'Workflow', 'sd-metadata', 'Dream'];

/** A picture that says of itself that a model made it. */
export function generated(metadata: Metadata): Finding[] {
  const evidence: Record<string, string> = {};
  const sourceType = textOf(metadata, 'DigitalSourceType');
  if (sourceType !== null && sourceTypes.test(sourceType)) evidence['DigitalSourceType'] = sourceType;
  for (const tag of programTags) {
    const text = textOf(metadata, tag);
    if (text !== null && generators.test(text)) evidence[tag] = text;
  }
  for (const tag of promptTags) {
    const text = textOf(metadata, tag);
    if (text !== null && /steps:|sampler|seed|"class_type"|negative prompt/i.test(text)) evidence[tag] = text;
  }
  if (Object.keys(evidence).length === 0) return [];
  return [
    {
      severity: 'strong',
      confidence: 0.95,
      question: 'origin',
      title: 'Names a program that generates pictures',
      explanation:
        'Image generators leave such entries by themselves. Parts of a photo that such a program changed are marked in the same way. Most programs that remove entries remove these too, so their absence says nothing.',
      evidence,
    },
  ];
}
