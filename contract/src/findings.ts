import { Type, type Static } from 'typebox';
import { JsonValue } from './json.ts';

const closed = { additionalProperties: false };

/** How strong a sign is. We report signs, never verdicts. */
export const Severity = Type.Enum(['strong', 'possible', 'note']);
export type Severity = Static<typeof Severity>;

/** The four questions of a report. A finding that names none stands in the list only. */
export const Question = Type.Enum(['edited', 'time', 'place', 'origin']);
export type Question = Static<typeof Question>;

/** A place in the picture, as fractions of its width and height: 0 is left and top. */
export const Region = Type.Object(
  {
    x: Type.Number({ minimum: 0, maximum: 1 }),
    y: Type.Number({ minimum: 0, maximum: 1 }),
    width: Type.Number({ minimum: 0, maximum: 1 }),
    height: Type.Number({ minimum: 0, maximum: 1 }),
  },
  closed,
);

/** What a plugin saw. The title states the observation, not what it proves. */
export const Finding = Type.Object(
  {
    severity: Severity,
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    question: Type.Optional(Question),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    explanation: Type.String({ maxLength: 4_000 }),
    evidence: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), JsonValue)),
    region: Type.Optional(Region),
  },
  { title: 'Finding', ...closed },
);
export type Finding = Static<typeof Finding>;

/** Metadata by tag. Tag names are exiftool's (`Make`, `DateTimeOriginal`); position is decimal `latitude` and `longitude`. */
export const Metadata = Type.Record(Type.String({ maxLength: 200 }), JsonValue, { title: 'Metadata' });
export type Metadata = Static<typeof Metadata>;
