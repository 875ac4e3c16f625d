import type { Created, Id, Nullable, Time, Updated, WithDefault } from './columns.ts';

/** Cases with their exhibits, and notes: see tables.ts. */
export type CaseTables = {
  cases: {
    id: Id;
    organisation_id: string;
    title: string;
    reference: Nullable<string>;
    description: WithDefault<string>;
    state: WithDefault<'open' | 'closed'>;
    /** The number that was given to an exhibit last. */
    last_number: WithDefault<number>;
    created_by: Nullable<string>;
    created_at: Created;
    updated_at: Updated;
  };
  exhibits: {
    id: Id;
    organisation_id: string;
    case_id: string;
    run_id: string;
    number: number;
    caption: WithDefault<string>;
    created_at: Created;
    updated_at: Updated;
  };
  notes: {
    id: Id;
    organisation_id: string;
    /** Of a run or of a case: exactly one is set. */
    run_id: Nullable<string>;
    case_id: Nullable<string>;
    text: string;
    created_by: Nullable<string>;
    created_at: Created;
    /** Null: never. */
    changed_at: Time;
  };
};
