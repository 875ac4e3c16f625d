import type { Finding } from './finding.ts';
import { likeness, type Fingerprint } from './fingerprint.ts';
import type { Remembered, Seen } from './memory.ts';

type Photo = { sha256: string; name: string; fingerprint: Fingerprint | null };

export type Outcome = {
  findings: Finding[];
  /** How many photos it was compared with. */
  compared: number;
  /** This very file was remembered already. */
  known: boolean;
  similar: number;
};

const listed = 5;
/** Bits of both hashes together, of 128. */
const nearlyTheSame = 8;

/** What is remembered of this picture. Only what was seen before it counts: a photo that is run again met nothing new. */
export function findSeen(photo: Photo, { photos }: Remembered): Outcome {
  const own = photos.findIndex(({ sha256 }) => sha256 === photo.sha256);
  const earlier = own < 0 ? photos : photos.slice(0, own);
  const before = own < 0 ? undefined : photos[own];
  const findings: Finding[] = [];
  if (before !== undefined && before.name !== photo.name && !photo.name.startsWith(before.name)) {
    findings.push({
      severity: 'note',
      confidence: 1,
      question: 'origin',
      title: 'The same file was seen before under another name',
      explanation: 'It is the same, byte by byte. People often hand in a file twice, or rename it.',
      evidence: { 'Seen as': before.name, 'Seen on': before.at },
    });
  }
  const similar = photo.fingerprint === null ? [] : matches(photo.fingerprint, earlier);
  const [nearest] = similar;
  if (nearest !== undefined) findings.push(findingOf(nearest, similar));
  return { findings, compared: earlier.length, known: own >= 0, similar: similar.length };
}

type Match = { seen: Seen; bits: number; cropped: boolean };

function matches(fingerprint: Fingerprint, photos: readonly Seen[]): Match[] {
  return photos
    .flatMap((seen): Match[] => {
      const found = seen.fingerprint.length === 0 ? null : likeness(fingerprint, seen.fingerprint);
      return found === null ? [] : [{ seen, ...found }];
    })
    .toSorted((a, b) => a.bits - b.bits);
}

function findingOf({ seen, bits, cropped }: Match, all: readonly Match[]): Finding {
  const near = bits <= nearlyTheSame;
  return {
    severity: 'possible',
    confidence: near ? 0.9 : 0.65,
    question: 'origin',
    title: near ? 'The same picture was seen before' : 'A similar picture was seen before',
    explanation: `It came in another file: resized, recompressed${cropped ? ', cropped' : ''} or edited. Photos taken right after one another, and copies of one document, look alike too: compare them.`,
    evidence: {
      'Seen as': seen.name,
      'Seen on': seen.at,
      'Its SHA-256': seen.sha256,
      'Bits that differ': `${bits} of 128`,
      ...(all.length > 1 && { 'Further ones': all.slice(1, listed).map((match) => match.seen.name) }),
      ...(all.length > listed && { 'Found in all': all.length }),
    },
  };
}
