/** Messages that leave (endpoints, messages, deliveries) and come in (receivers, received), and what happened to the addresses. */
const tables = `
create table webhook_endpoints (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  name text not null check (length(name) between 1 and 100),
  url text not null check (length(url) between 1 and 2048),
  types jsonb check (jsonb_typeof(types) = 'array'), -- null takes all
  enabled boolean not null default true,
  disabled_reason text,
  failing_since timestamptz(3), -- the first failure since the last success
  secret bytea not null, -- sealed
  previous_secret bytea, -- sealed; signs beside the new one until previous_until
  previous_until timestamptz(3),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  unique (organisation_id, name),
  check ((previous_secret is null) = (previous_until is null))
);
create index webhook_endpoints_created_by on webhook_endpoints (created_by);

create table webhook_messages (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  type text not null check (length(type) between 1 and 100),
  payload text not null, -- the bytes that are signed
  plugin_id text, -- not a reference: the message outlives the installation
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id)
);
create index webhook_messages_age on webhook_messages (created_at); -- pruning

create table webhook_deliveries (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  endpoint_id uuid not null,
  message_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  response_status integer,
  response_excerpt text check (length(response_excerpt) <= 200),
  last_error text,
  -- A job of the queue begins at this moment: whoever sets it sends the job in the same transaction.
  next_attempt_at timestamptz(3) default clock_timestamp(),
  last_attempt_at timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  unique (message_id, endpoint_id),
  foreign key (organisation_id, endpoint_id) references webhook_endpoints (organisation_id, id) on delete cascade,
  foreign key (organisation_id, message_id) references webhook_messages (organisation_id, id) on delete cascade,
  check ((state = 'waiting') = (next_attempt_at is not null))
);
create index webhook_deliveries_newest on webhook_deliveries (organisation_id, endpoint_id, created_at desc, id desc);
create index webhook_deliveries_state on webhook_deliveries (organisation_id, endpoint_id, state, created_at desc, id desc);
create index webhook_deliveries_message on webhook_deliveries (organisation_id, message_id);
create index webhook_deliveries_waiting on webhook_deliveries (organisation_id) where state = 'waiting'; -- counted before a message is taken
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where state = 'waiting'; -- of all organisations

create table webhook_receivers (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  name text not null check (length(name) between 1 and 100),
  token text not null unique check (length(token) between 20 and 200), -- in the address: no secret
  plugin_id text, -- not a reference: it may be installed again
  enabled boolean not null default true,
  secret bytea not null, -- sealed
  previous_secret bytea,
  previous_until timestamptz(3),
  created_by uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (organisation_id, id),
  unique (organisation_id, name),
  check ((previous_secret is null) = (previous_until is null))
);
create index webhook_receivers_created_by on webhook_receivers (created_by);

create table webhook_received (
  id uuid primary key default new_id(),
  organisation_id uuid not null,
  receiver_id uuid not null,
  message_id text not null check (length(message_id) between 1 and 200),
  type text check (length(type) <= 100),
  content_type text not null check (length(content_type) <= 200),
  size integer not null check (size >= 0),
  body bytea, -- gone once every plugin had it
  state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
  attempts integer not null default 0,
  results jsonb not null default '[]' check (jsonb_typeof(results) = 'array'),
  sent_at timestamptz(3) not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  finished_at timestamptz(3),
  -- Decides what is a replay: two copies that arrive at the same moment meet here, whatever each of them had looked up.
  constraint webhook_received_once unique (receiver_id, message_id),
  foreign key (organisation_id, receiver_id) references webhook_receivers (organisation_id, id) on delete cascade,
  check ((state = 'waiting') = (body is not null)),
  check ((state = 'waiting') = (finished_at is null))
);
create index webhook_received_newest on webhook_received (organisation_id, receiver_id, created_at desc, id desc);
create index webhook_received_waiting on webhook_received (organisation_id) include (size) where state = 'waiting';
create index webhook_received_age on webhook_received (created_at); -- pruning

create table webhook_events (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations on delete cascade,
  type text not null check (length(type) <= 100),
  subject uuid not null, -- an endpoint or receiver, which may be gone
  name text not null,
  detail text,
  actor uuid references users on delete set null,
  created_at timestamptz(3) not null default clock_timestamp()
);
create index webhook_events_newest on webhook_events (organisation_id, created_at desc, id desc);
create index webhook_events_actor on webhook_events (actor);
`;

const protection = `
select protect_table('webhook_endpoints');
select protect_table('webhook_messages');
select protect_table('webhook_deliveries');
select protect_table('webhook_receivers');
select protect_table('webhook_received');
select protect_table('webhook_events');
`;

export const webhooks = { name: '0004-webhooks', sql: tables + protection };
