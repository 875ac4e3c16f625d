import type { Finding } from '../finding.ts';
import { textOf, type Metadata } from '../metadata.ts';
import { kindOf } from '../programs.ts';

/** Tags in which programs leave their name. */
const tags = [
  'Software',
  'XMP:Software',
  'CreatorTool',
  'XMP:CreatorTool',
  'ProcessingSoftware',
  'OriginatingProgram',
  'HistorySoftwareAgent',
];
const strength = {
  editor: {
    severity: 'possible',
    confidence: 0.9,
    what: 'can change what a picture shows. What was changed, if anything, it does not say',
  },
  developer: {
    severity: 'note',
    confidence: 0.9,
    what: 'develops and sorts photos: light and colour are usually changed, and spots can be',
  },
  converter: {
    severity: 'note',
    confidence: 0.9,
    what: 'copies, resizes or converts files. The picture was written again or its entries were',
  },
} as const;
const order = ['editor', 'developer', 'converter'] as const;

/** The program that wrote the file last, by its own entry. */
export function program(metadata: Metadata): Finding[] {
  const entries = tags.flatMap((tag) => {
    const name = textOf(metadata, tag);
    const kind = name === null ? null : kindOf(name);
    return name === null || kind === null ? [] : [{ tag, name, kind }];
  });
  const strongest = order
    .map((kind) => entries.find((entry) => entry.kind === kind))
    .find((entry) => entry !== undefined);
  if (strongest === undefined) return [];
  const { severity, confidence, what } = strength[strongest.kind];
  return [
    {
      severity,
      confidence,
      question: 'edited',
      title: `Saved with ${strongest.name.slice(0, 80)}, by its own entry`,
      explanation: `This program ${what}. Newspapers, agencies and phones use such programs as a matter of course.`,
      evidence: Object.fromEntries(entries.map(({ tag, name }) => [tag, name])),
    },
  ];
}
