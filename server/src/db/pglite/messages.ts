/** What the main thread and the thread of the embedded database say to each other. */
export type Parameter = unknown;

export type Statement = {
  kind: 'query' | 'exec';
  /** The session's role for statements outside, and at the beginning of, a transaction. */
  role: string;
  /** `begin` opens one first, in the same message. */
  transaction: 'none' | 'begin' | 'inside';
  sql: string;
  parameters: readonly Parameter[];
  rowMode: 'object' | 'array';
};

export type Request =
  | Statement
  | { kind: 'end'; commit: boolean }
  | { kind: 'listen' | 'unlisten'; channel: string }
  /** How often the database made sure that its writes are on disk. */
  | { kind: 'count-syncs' }
  | { kind: 'close' };

export type Result = {
  rows: unknown[];
  fields: { name: string; dataTypeID: number }[];
  affectedRows?: number;
};

/** The fields of PostgreSQL's errors, named as the driver `pg` names them. */
export type Failure = { message: string } & { readonly [field in FailureField]?: string };
export const failureFields = [
  'code',
  'severity',
  'detail',
  'hint',
  'position',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'routine',
] as const;
type FailureField = (typeof failureFields)[number];

export type ToThread = { id: number; request: Request };
export type FromThread =
  | { kind: 'ready'; created: boolean }
  | { kind: 'not-ready'; failure: Failure }
  | { kind: 'answer'; id: number; results: Result[] }
  | { kind: 'failure'; id: number; failure: Failure }
  | { kind: 'notification'; channel: string; payload: string };

export type ThreadData = { folder: string };

/** Stands in the folder of a database that was wholly set up. */
export const readyMark = 'proofpix-ready';
