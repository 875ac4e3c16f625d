import type { Finding } from '../finding.ts';
import { textOf, type Metadata } from '../metadata.ts';

/** XMP names the document that a file was made from. */
export function otherFile(metadata: Metadata): Finding[] {
  const derivedFrom = textOf(metadata, 'DerivedFrom');
  const original = textOf(metadata, 'OriginalDocumentID');
  const document = textOf(metadata, 'DocumentID');
  // A program that only wrote its own entries keeps the number of the original.
  const differs = original !== null && document !== null && original !== document;
  if (derivedFrom === null && !differs) return [];
  return [
    {
      severity: 'note',
      confidence: 0.9,
      question: 'origin',
      title: 'Was made from another file',
      explanation:
        'The program that wrote it names the document it came from. Every export from a raw photo or a layered file does this.',
      evidence: {
        ...(derivedFrom === null ? {} : { DerivedFrom: derivedFrom }),
        ...(original === null ? {} : { OriginalDocumentID: original }),
        ...(document === null ? {} : { DocumentID: document }),
      },
    },
  ];
}
