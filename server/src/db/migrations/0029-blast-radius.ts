/** What releases were measured to do, and the way from a package to all runs that it was part of. */
const measurements = `
create table release_measurements (
  digest text primary key check (digest ~ '^[0-9a-f]{64}$'), -- of the package, whoever released it
  state text not null default 'waiting' check (state in ('waiting', 'measured', 'failed')),
  reason text check (length(reason) <= 1000), -- why it could not be measured
  measurement jsonb check (jsonb_typeof(measurement) = 'object'),
  asked_at timestamptz(3) not null default clock_timestamp(),
  measured_at timestamptz(3),
  check ((state = 'measured') = (measurement is not null) and (state = 'failed') = (reason is not null)),
  check ((state = 'waiting') = (measured_at is null))
);
`;

const exposures = `
-- One package in one organisation, and in all of them.
create index run_steps_digest on run_steps (digest, organisation_id, run_id);
`;

export const blastRadius = { name: '0029-blast-radius', sql: measurements + exposures };
