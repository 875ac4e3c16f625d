import { Type, type Static } from 'typebox';
import { FieldError } from './errors.ts';
import { Finding, Metadata } from './findings.ts';
import { HookFile } from './hooks.ts';
import { JsonValue } from './json.ts';

const Sha256 = Type.String({ description: 'SHA-256, lower-case hex' });

/** Which plugin said something: its id, version and the identity of its package. */
export const Source = Type.Object(
  { plugin: Type.String(), version: Type.String(), digest: Sha256 },
  { title: 'Source' },
);
export type Source = Static<typeof Source>;

/** What went wrong with one plugin; the others went on. */
export const StepError = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    stack: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(FieldError)),
  },
  { title: 'StepError' },
);
export type StepError = Static<typeof StepError>;

/** A file that a plugin added. It never replaces the original. */
export const DerivedFile = Type.Object(
  { name: Type.String(), size: Type.Integer(), sha256: Sha256, type: Type.String() },
  { title: 'DerivedFile' },
);
export type DerivedFile = Static<typeof DerivedFile>;

/** What one hook call used, measured from outside the plugin. */
export const Usage = Type.Object(
  {
    hostCalls: Type.Integer(),
    bytesRead: Type.Integer({ description: 'Bytes of the photo that were handed to the plugin' }),
    bytesWritten: Type.Integer({ description: 'Bytes of derived files' }),
    reached: Type.Optional(
      Type.Record(Type.String(), Type.Integer(), {
        description: 'Requests by host, as the manifest names it; left out where none was made',
      }),
    ),
  },
  { title: 'Usage' },
);
export type Usage = Static<typeof Usage>;

/** One plugin in one hook. */
export const HookResult = Type.Object(
  {
    plugin: Type.String(),
    version: Type.String(),
    digest: Sha256,
    ok: Type.Boolean(),
    result: Type.Optional(JsonValue),
    error: Type.Optional(StepError),
    notes: Type.Optional(
      Type.Array(Type.String(), { description: 'What the platform changed in the result, for example NUL characters' }),
    ),
    files: Type.Array(DerivedFile),
    usage: Usage,
    milliseconds: Type.Number(),
  },
  { title: 'HookResult' },
);
export type HookResult = Static<typeof HookResult>;

/** One plugin in one hook of a run, with the digests of what went in and what came out. */
export const Step = Type.Object(
  {
    hook: Type.String(),
    ...HookResult.properties,
    inputDigest: Sha256,
    outputDigest: Sha256,
  },
  { title: 'Step' },
);
export type Step = Static<typeof Step>;

/** A tag about which plugins say different things. The first one stands in the merged view. */
export const Conflict = Type.Object(
  {
    tag: Type.String(),
    values: Type.Array(Type.Object({ value: JsonValue, source: Source })),
  },
  { title: 'Conflict' },
);
export type Conflict = Static<typeof Conflict>;

/** A question on which two readings of one photo differ: two parts of its file, or a part and what a program wrote beside it. */
export const Disagreement = Type.Object(
  {
    question: Type.Enum(['time', 'program', 'place', 'device', 'size']),
    readings: Type.Array(
      Type.Object({
        origin: Type.Enum(['exif', 'gps', 'file-name', 'xmp', 'iptc', 'credentials', 'picture'], {
          description: 'The part that the value stands in',
        }),
        value: Type.String({ description: 'A time is ISO 8601, without a zone where none is recorded' }),
        source: Type.Union([Source, Type.Null()], { description: 'Null: the file name, which needs no plugin' }),
      }),
      { description: 'All that answer the question, also those that agree' },
    ),
    apart: Type.Union([Type.Object({ value: Type.Number(), unit: Type.Enum(['seconds', 'metres']) }), Type.Null()], {
      description: 'The furthest that two readings lie apart, what a missing time zone may explain taken off',
    }),
  },
  { title: 'Disagreement' },
);
export type Disagreement = Static<typeof Disagreement>;

/** What all plugins together said about one photo. */
export const Report = Type.Object(
  {
    metadata: Metadata,
    sources: Type.Record(Type.String(), Source, { description: 'Which plugin said the value of each tag' }),
    conflicts: Type.Array(Conflict),
    findings: Type.Array(Type.Object({ ...Finding.properties, source: Source })),
    files: Type.Array(Type.Object({ ...DerivedFile.properties, source: Source })),
    steps: Type.Array(Step),
  },
  { title: 'Report' },
);
export type Report = Static<typeof Report>;

export const RunState = Type.Enum(['waiting', 'running', 'done', 'failed']);
export type RunState = Static<typeof RunState>;

const Time = Type.String({ format: 'date-time' });

export const FindingCounts = Type.Object(
  { strong: Type.Integer(), possible: Type.Integer(), note: Type.Integer() },
  { title: 'FindingCounts' },
);

/** The case that a run is an exhibit of. A run is in one case at most. */
export const CaseOfRun = Type.Object(
  { id: Type.String(), title: Type.String(), exhibit: Type.Integer({ description: 'Its number in the case' }) },
  { title: 'CaseOfRun' },
);

/** One photo going through the hooks, without what was found. */
export const RunSummary = Type.Object(
  {
    id: Type.String(),
    batchId: Type.String(),
    state: RunState,
    file: HookFile,
    plugins: Type.Array(Type.String(), { description: 'Ids of the plugins that look at the photo, in order' }),
    stepsDone: Type.Integer(),
    stepsTotal: Type.Integer(),
    findingCounts: FindingCounts,
    failedSteps: Type.Integer(),
    error: Type.Optional(StepError),
    case: Type.Union([CaseOfRun, Type.Null()]),
    createdAt: Time,
    startedAt: Type.Union([Time, Type.Null()]),
    finishedAt: Type.Union([Time, Type.Null()]),
    photoDeletedAt: Type.Optional({
      ...Time,
      description: 'When photo and derived files were deleted; digests and results stay. Left out while they are there',
    }),
  },
  { title: 'RunSummary' },
);
export type RunSummary = Static<typeof RunSummary>;

export const Run = Type.Object(
  { ...RunSummary.properties, ...Report.properties, disagreements: Type.Array(Disagreement) },
  { title: 'Run' },
);
export type Run = Static<typeof Run>;

/** What happens while a run is under way: sent over WebSocket and SSE. A result over 256 kB is left out of its step: get the run. */
export const RunEvent = Type.Union(
  [
    Type.Object({ type: Type.Literal('run:started'), run: RunSummary }),
    Type.Object({
      type: Type.Literal('step:started'),
      runId: Type.String(),
      hook: Type.String(),
      plugin: Type.String(),
    }),
    Type.Object({ type: Type.Literal('step:finished'), runId: Type.String(), step: Step, run: RunSummary }),
    Type.Object({ type: Type.Literal('run:finished'), run: RunSummary }),
  ],
  { title: 'RunEvent' },
);
export type RunEvent = Static<typeof RunEvent>;
