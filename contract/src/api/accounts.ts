import { Type, type Static } from 'typebox';
import { plans, roleNames } from '../access.ts';
import { OrganisationLimits, OrganisationLimitsReply } from '../receipts.ts';
import { NoContent, route } from '../route.ts';
import { ScanRules, ScanRulesReply } from '../scan.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Email = Type.String({ format: 'email', maxLength: 254 });
const Password = Type.String({ minLength: 10, maxLength: 200 });
const RoleName = Type.Enum(roleNames);

export const Account = Type.Object(
  {
    user: Type.Object({ id: Id, email: Email, name: Type.String() }),
    organisation: Type.Object({ id: Id, name: Type.String(), plan: Type.Enum([...plans]) }),
    role: RoleName,
    access: Type.Array(Type.String()),
    hasPassword: Type.Boolean({ description: 'False for somebody who came in by a link and never set one' }),
    secondFactor: Type.Object({
      on: Type.Boolean(),
      needed: Type.Boolean({ description: 'The organisation asks for it: until it is on, only the own account works' }),
    }),
    emailVerified: Type.Boolean({ description: 'Whether somebody followed a link that was mailed to the address' }),
    singleSignOn: Type.Object({
      available: Type.Boolean({ description: 'The organisation has a provider' }),
      connected: Type.Boolean({ description: 'You can sign in at it' }),
      managed: Type.Boolean({
        description: "Your account is the provider's: it has no password and no other organisation",
      }),
      signedIn: Type.Boolean({ description: 'This session came from it, of an account that is yours' }),
    }),
  },
  { title: 'Account' },
);
export const Session = Type.Object(
  {
    accessToken: Type.String({ description: 'A JWT (EdDSA); see /.well-known/jwks.json' }),
    expiresAt: Time,
    refreshToken: Type.String({ description: 'Works once, at POST /api/auth/refresh' }),
    refreshUntil: Type.String({ format: 'date-time', description: 'The session ends then' }),
    account: Account,
  },
  { title: 'Session' },
);
export const Challenge = Type.Object(
  {
    challenge: Type.String({ description: 'Goes to the second step with a code, for a few minutes' }),
    expiresAt: Time,
  },
  { title: 'Challenge' },
);
export const Member = Type.Object(
  {
    id: Id,
    email: Email,
    name: Type.String(),
    role: RoleName,
    createdAt: Time,
    secondFactor: Type.Optional(
      Type.Boolean({ description: 'Whether two-factor sign-in is on. For those who manage members' }),
    ),
  },
  { title: 'Member' },
);
export const authRoutes = {
  login: route({
    method: 'POST',
    path: '/api/auth/login',
    summary: 'Sign in with e-mail and password; with two-factor sign-in the answer is a challenge',
    access: 'public',
    plan: 'free',
    body: Type.Object(
      { email: Email, password: Type.String({ maxLength: 200 }), organisationId: Type.Optional(Id) },
      closed,
    ),
    replies: { 200: Session, 202: Challenge },
    errors: ['sign_in_failed', 'rate_limited'],
  }),
  exchange: route({
    method: 'POST',
    path: '/api/auth/exchange',
    summary: 'Sign in with the single-use code of a sign-in link; sets the session cookie',
    access: 'public',
    plan: 'free',
    body: Type.Object({ code: Type.String({ maxLength: 100 }) }, closed),
    replies: { 200: Account },
    errors: ['sign_in_code_invalid', 'rate_limited'],
  }),
  session: route({
    method: 'POST',
    path: '/api/auth/session',
    summary:
      'Sign in with e-mail and password in the browser; sets the session cookie, or with two-factor sign-in answers a challenge',
    access: 'public',
    plan: 'free',
    body: Type.Object({ email: Email, password: Type.String({ maxLength: 200 }) }, closed),
    replies: { 200: Account, 202: Challenge },
    errors: ['sign_in_failed', 'rate_limited'],
  }),
  logout: route({
    method: 'POST',
    path: '/api/auth/logout',
    summary: 'End this session',
    access: 'own-account',
    plan: 'free',
    uncounted: true,
    replies: { 204: NoContent },
    errors: [],
  }),
  switch: route({
    method: 'POST',
    path: '/api/auth/switch',
    summary: 'Go on in another of your organisations, in the browser; sets the session cookie',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ organisationId: Id }, closed),
    replies: { 200: Account },
    errors: [
      'organisation_not_found',
      'session_required',
      'single_sign_on_session',
      'single_sign_on_required',
      'invalid_request',
    ],
  }),
  account: route({
    method: 'GET',
    path: '/api/account',
    summary: 'Who is signed in, where, and with which access',
    access: 'own-account',
    plan: 'free',
    uncounted: true,
    replies: { 200: Account },
    errors: [],
  }),
};

export const memberRoutes = {
  list: route({
    method: 'GET',
    path: '/api/members',
    summary: 'List the members of the organisation',
    access: 'signed-in',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(Member) }) },
    errors: [],
  }),
  create: route({
    method: 'POST',
    path: '/api/members',
    summary:
      'Add a member with a first password, as the operator of the server. Admins invite instead: nobody else makes an account of an address that may not be theirs',
    access: 'server:operate',
    plan: 'free',
    body: Type.Object(
      {
        email: Email,
        name: Type.String({ minLength: 1, maxLength: 100 }),
        role: RoleName,
        password: Password,
        organisationId: Type.Optional(Id),
      },
      closed,
    ),
    replies: { 201: Member },
    errors: ['member_exists', 'organisation_not_found', 'password_common'],
  }),
  changeRole: route({
    method: 'PUT',
    path: '/api/members/:id',
    summary: "Change a member's role; it holds from the next request on",
    access: 'members:manage',
    plan: 'free',
    params: Type.Object({ id: Id }),
    body: Type.Object({ role: RoleName }, closed),
    replies: { 200: Member },
    errors: ['member_not_found', 'last_owner', 'access_denied'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/members/:id',
    summary: 'Remove a member; sessions and tokens stop at once',
    access: 'members:manage',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['member_not_found', 'last_owner'],
  }),
  signOut: route({
    method: 'DELETE',
    path: '/api/members/:id/sessions',
    summary: 'Sign a member out everywhere; they stay a member, and API tokens stay',
    access: 'members:manage',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 200: Type.Object({ ended: Type.Integer() }) },
    errors: ['member_not_found', 'access_denied'],
  }),
};

/** What an organisation installs. A signature that is wrong is refused whatever they say. */
export const PackageRules = Type.Object(
  { unsignedPackages: Type.Enum(['allow', 'refuse'], { description: 'allow: they are marked' }) },
  { ...closed, title: 'PackageRules' },
);
export type PackageRules = Static<typeof PackageRules>;

/** What an organisation asks of its members before anything else. */
export const SignInRules = Type.Object(
  { requireSecondFactor: Type.Boolean({ description: 'Members without two-factor sign-in can only set it up' }) },
  { ...closed, title: 'SignInRules' },
);

export const organisationRoutes = {
  create: route({
    method: 'POST',
    path: '/api/organisations',
    summary: 'Create an organisation with its owner',
    access: 'server:operate',
    plan: 'free',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 100 }),
        plan: Type.Optional(Type.Enum([...plans])),
        owner: Type.Object(
          { email: Email, name: Type.String({ minLength: 1, maxLength: 100 }), password: Password },
          closed,
        ),
      },
      closed,
    ),
    replies: { 201: Type.Object({ id: Id, name: Type.String(), plan: Type.Enum([...plans]) }) },
    errors: ['organisation_exists', 'member_exists', 'password_common'],
  }),
  getSignInRules: route({
    method: 'GET',
    path: '/api/organisations/sign-in-rules',
    summary: 'Get what your organisation asks of its members when they sign in',
    access: 'signed-in',
    plan: 'free',
    replies: { 200: SignInRules },
    errors: [],
  }),
  putSignInRules: route({
    method: 'PUT',
    path: '/api/organisations/sign-in-rules',
    summary: 'Replace what your organisation asks of its members when they sign in; it holds from the next request on',
    access: 'members:manage',
    plan: 'free',
    body: SignInRules,
    replies: { 200: SignInRules },
    errors: ['invalid_request'],
  }),
  getLimits: route({
    method: 'GET',
    path: '/api/organisations/limits',
    summary: 'Get what your organisation and the server allow plugins at most',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: OrganisationLimitsReply },
    errors: [],
  }),
  putLimits: route({
    method: 'PUT',
    path: '/api/organisations/limits',
    summary:
      "Replace the limits of your organisation for plugins; one that is left out is the server's. Holds from the next call on, for memory from the next start of a plugin's process",
    access: 'plugins:manage',
    plan: 'enterprise',
    body: Type.Object({ limits: OrganisationLimits }, closed),
    replies: { 200: OrganisationLimitsReply },
    errors: ['invalid_request'],
  }),
  getPackageRules: route({
    method: 'GET',
    path: '/api/organisations/package-rules',
    summary: 'Get which packages your organisation installs',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: PackageRules },
    errors: [],
  }),
  putPackageRules: route({
    method: 'PUT',
    path: '/api/organisations/package-rules',
    summary:
      'Replace the rules for packages: whether one without a signature may be installed. What is installed stays',
    access: 'plugins:manage',
    plan: 'enterprise',
    body: PackageRules,
    replies: { 200: PackageRules },
    errors: ['invalid_request'],
  }),
  getScanRules: route({
    method: 'GET',
    path: '/api/organisations/scan-rules',
    summary: 'Get what your organisation does with what is found in packages, and every rule that looks for something',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: ScanRulesReply },
    errors: [],
  }),
  putScanRules: route({
    method: 'PUT',
    path: '/api/organisations/scan-rules',
    summary:
      'Replace what your organisation does with what is found in packages. Holds from the next install on; what is installed stays',
    access: 'plugins:manage',
    plan: 'enterprise',
    body: Type.Object({ rules: ScanRules }, closed),
    replies: { 200: ScanRulesReply },
    errors: ['invalid_request'],
  }),
  evidenceKey: route({
    method: 'GET',
    path: '/api/organisations/evidence-key',
    summary: 'Get the public key that signs the evidence bundles of your organisation, to be published and compared',
    access: 'runs:read',
    plan: 'free',
    replies: {
      200: Type.Object({
        algorithm: Type.Literal('Ed25519'),
        publicKey: Type.String({ description: 'SubjectPublicKeyInfo (DER), base64' }),
        fingerprint: Type.String({ description: 'SHA-256 of the key in that form, lower-case hex' }),
      }),
    },
    errors: [],
  }),
};
