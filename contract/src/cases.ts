import { Type, type Static } from 'typebox';
import { FindingCounts, Run, RunSummary } from './runs.ts';

const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });

/** Who did something. The name is null where the member is gone. */
export const Person = Type.Object({ name: Type.Union([Type.String(), Type.Null()]) }, { title: 'Person' });

export const CaseState = Type.Enum(['open', 'closed']);
export type CaseState = Static<typeof CaseState>;

/** Several runs that belong together: a claim, a lawsuit, a story. */
export const Case = Type.Object(
  {
    id: Id,
    title: Type.String(),
    reference: Type.Union([Type.String(), Type.Null()], { description: "The organisation's own number for it" }),
    description: Type.String(),
    state: CaseState,
    exhibitCount: Type.Integer(),
    findingCounts: FindingCounts,
    createdAt: Time,
    createdBy: Person,
    updatedAt: Time,
  },
  { title: 'Case' },
);
export type Case = Static<typeof Case>;

/** A photo of a case. Its number is given once and never to another one, also when the exhibit is taken out. */
export const Exhibit = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    caption: Type.String(),
    addedAt: Time,
    run: RunSummary,
  },
  { title: 'Exhibit' },
);
export type Exhibit = Static<typeof Exhibit>;

/** What a member wrote beside a run or a case. */
export const Note = Type.Object(
  {
    id: Id,
    text: Type.String(),
    createdAt: Time,
    createdBy: Person,
    updatedAt: Type.Union([Time, Type.Null()], { description: 'Null: never changed' }),
    mine: Type.Boolean({ description: 'Only its author changes or deletes a note' }),
  },
  { title: 'Note' },
);
export type Note = Static<typeof Note>;

export const CaseDetail = Type.Object(
  { ...Case.properties, exhibits: Type.Array(Exhibit, { description: 'By number' }) },
  { title: 'CaseDetail' },
);
export type CaseDetail = Static<typeof CaseDetail>;

const ReportNotes = Type.Array(
  Type.Object({
    text: Type.String(),
    createdAt: Time,
    createdBy: Person,
    updatedAt: Type.Union([Time, Type.Null()], { description: 'Null: never changed' }),
  }),
  { description: 'Oldest first' },
);

/** What `export:generate` gets as `report` when the report is about a case. A report about one photo is a `Run`. */
export const CaseReport = Type.Object(
  {
    title: Type.String(),
    reference: Type.Union([Type.String(), Type.Null()]),
    description: Type.String(),
    state: CaseState,
    organisation: Type.Object({ name: Type.String() }),
    createdAt: Time,
    generatedAt: Time,
    notes: ReportNotes,
    exhibits: Type.Array(
      Type.Object({
        number: Type.Integer({ minimum: 1 }),
        caption: Type.String(),
        notes: ReportNotes,
        ...Run.properties,
        omitted: Type.Optional(
          Type.Array(Type.Enum(['steps.result', 'sources', 'metadata.long', 'metadata']), {
            description:
              'What is left out because the case would be too large for one call: what each step said (the merged view has it), who said which tag, values over 500 characters, all metadata. `GET /api/runs/:id` has everything',
          }),
        ),
      }),
      { description: 'By number. `ctx.files.read(offset, length, { sha256 })` reads their photos and derived files' },
    ),
  },
  { title: 'CaseReport' },
);
export type CaseReport = Static<typeof CaseReport>;
