import { Type, type Static } from 'typebox';
import { route } from '../route.ts';
import { PublisherName } from '../trust.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const params = Type.Object({ publisher: PublisherName });

/** What everybody sees of a publisher. */
export const PublisherProfile = Type.Object(
  {
    name: PublisherName,
    displayName: Type.String(),
    description: Type.String(),
    website: nullable(Type.String()),
    support: nullable(
      Type.String({ description: 'Where its users get help: an address of a page or an e-mail address' }),
    ),
    verified: nullable(
      Type.Object(
        { domain: Type.String(), by: Type.Enum(['dns', 'well-known']), at: Time },
        {
          description: 'The domain whose owner proved to be this publisher',
        },
      ),
    ),
    plugins: Type.Integer({ description: 'That have a release' }),
    since: Time,
  },
  { title: 'PublisherProfile' },
);
export type PublisherProfile = Static<typeof PublisherProfile>;

/** The same for those who own it. */
export const Publisher = Type.Object(
  {
    ...PublisherProfile.properties,
    challenge: Type.String({ description: 'The text by which a domain says that it is theirs' }),
    offeredTo: nullable(
      Type.String({ description: 'Name of the organisation that may take it over, as it was typed' }),
    ),
  },
  { title: 'Publisher' },
);
export type Publisher = Static<typeof Publisher>;

const Profile = {
  displayName: Type.String({ minLength: 1, maxLength: 100 }),
  description: Type.Optional(Type.String({ maxLength: 1_000 })),
  website: Type.Optional(nullable(Type.String({ maxLength: 300 }))),
  support: Type.Optional(nullable(Type.String({ maxLength: 300 }))),
};
export const NewPublisher = Type.Object({ name: PublisherName, ...Profile }, { title: 'NewPublisher', ...closed });
export type NewPublisher = Static<typeof NewPublisher>;
export const PublisherChange = Type.Object(Profile, { title: 'PublisherChange', ...closed });
export type PublisherChange = Static<typeof PublisherChange>;

export const publisherRoutes = {
  list: route({
    method: 'GET',
    path: '/api/publishers',
    summary: 'List the publishers of your organisation, and those that are offered to it',
    access: 'publishing:manage',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(Publisher), offered: Type.Array(PublisherProfile) }) },
    errors: [],
  }),
  create: route({
    method: 'POST',
    path: '/api/publishers',
    summary: 'Take a name under which your organisation publishes. It is yours for good: nobody else ever gets it',
    access: 'publishing:manage',
    plan: 'free',
    body: NewPublisher,
    replies: { 201: Publisher },
    errors: ['publisher_name_taken', 'too_many_publishers', 'invalid_request'],
  }),
  update: route({
    method: 'PUT',
    path: '/api/publishers/:publisher',
    summary: 'Change what everybody sees of a publisher. A new website does not change who is verified',
    access: 'publishing:manage',
    plan: 'free',
    params,
    body: PublisherChange,
    replies: { 200: Publisher },
    errors: ['publisher_not_found', 'invalid_request'],
  }),
  verify: route({
    method: 'POST',
    path: '/api/publishers/:publisher/verify',
    summary:
      'Look for the challenge at a domain: in its TXT record "_proofpix", or in /.well-known/proofpix-publisher.txt',
    access: 'publishing:manage',
    plan: 'free',
    params,
    body: Type.Object(
      { domain: Type.String({ minLength: 4, maxLength: 253 }), by: Type.Enum(['dns', 'well-known']) },
      closed,
    ),
    replies: { 200: Publisher },
    errors: ['publisher_not_found', 'domain_not_proven', 'invalid_request'],
  }),
  offer: route({
    method: 'POST',
    path: '/api/publishers/:publisher/transfer',
    summary:
      'Offer a publisher to another organisation, with everything that is published under its name; null takes it back',
    access: 'publishing:manage',
    plan: 'free',
    params,
    body: Type.Object({ organisation: nullable(Type.String({ minLength: 1, maxLength: 100 })) }, closed),
    replies: { 200: Publisher },
    errors: ['publisher_not_found', 'invalid_request'],
  }),
  accept: route({
    method: 'POST',
    path: '/api/publishers/:publisher/accept',
    summary: 'Take over a publisher that was offered to your organisation. Its domain is to be proven anew',
    access: 'publishing:manage',
    plan: 'free',
    params,
    replies: { 200: Publisher },
    errors: ['publisher_not_found', 'too_many_publishers'],
  }),
  profile: route({
    method: 'GET',
    path: '/api/marketplace/publishers/:publisher',
    summary: 'Get the profile of a publisher',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    params,
    replies: { 200: PublisherProfile },
    errors: ['publisher_not_found'],
  }),
};
