import { Type, type Static } from 'typebox';
import { roleNames } from '../access.ts';
import { NoContent, route } from '../route.ts';
import { Account, Session } from './accounts.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ format: 'uuid' });
const Time = Type.String({ format: 'date-time' });
const Text = Type.Union([Type.String(), Type.Null()]);
const Code = Type.String({ minLength: 1, maxLength: 40, description: 'Of the app, six digits, or a recovery code' });
const Answer = Type.Object(
  {
    challenge: Type.String({ maxLength: 100, description: 'Of the first step' }),
    code: Code,
  },
  closed,
);

/** The second step of a sign-in, and what keeps access tokens going. */
export const stepRoutes = {
  loginStep: route({
    method: 'POST',
    path: '/api/auth/login/second-factor',
    summary: 'Finish a sign-in that was answered with a challenge',
    access: 'public',
    plan: 'free',
    body: Answer,
    replies: { 200: Session },
    errors: ['second_factor_wrong', 'challenge_invalid', 'rate_limited'],
  }),
  sessionStep: route({
    method: 'POST',
    path: '/api/auth/session/second-factor',
    summary: 'Finish a sign-in of the browser that was answered with a challenge; sets the session cookie',
    access: 'public',
    plan: 'free',
    body: Answer,
    replies: { 200: Account },
    errors: ['second_factor_wrong', 'challenge_invalid', 'rate_limited'],
  }),
  refresh: route({
    method: 'POST',
    path: '/api/auth/refresh',
    summary: 'Get the next access token and the next refresh token. One that comes a second time ends the session',
    access: 'public',
    plan: 'free',
    body: Type.Object({ refreshToken: Type.String({ maxLength: 100 }) }, closed),
    replies: { 200: Session },
    errors: ['refresh_invalid', 'rate_limited'],
  }),
  keys: route({
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Get the public keys that access tokens are verified with (JWKS, RFC 7517)',
    access: 'public',
    plan: 'free',
    replies: {
      200: Type.Object({
        keys: Type.Array(
          Type.Object({
            kty: Type.Literal('OKP'),
            crv: Type.Literal('Ed25519'),
            alg: Type.Literal('EdDSA'),
            use: Type.Literal('sig'),
            kid: Type.String(),
            x: Type.String(),
          }),
        ),
      }),
    },
    errors: [],
  }),
  rotateKey: route({
    method: 'POST',
    path: '/api/auth/signing-keys',
    summary: 'Sign access tokens with a new key from now on; nobody is signed out',
    access: 'server:operate',
    plan: 'free',
    body: Type.Object(
      {
        compromised: Type.Optional(
          Type.Boolean({ description: 'The older keys count no longer: clients refresh their tokens at once' }),
        ),
      },
      closed,
    ),
    replies: { 201: Type.Object({ keyId: Type.String() }) },
    errors: [],
  }),
};

export const accountRoutes = {
  organisations: route({
    method: 'GET',
    path: '/api/account/organisations',
    summary: 'List the organisations that you are a member of',
    access: 'own-account',
    plan: 'free',
    replies: {
      200: Type.Object({
        items: Type.Array(
          Type.Object({
            id: Id,
            name: Type.String(),
            role: Type.Enum(roleNames),
            current: Type.Boolean(),
            singleSignOnRequired: Type.Boolean({ description: 'It is entered by its own provider alone' }),
          }),
        ),
      }),
    },
    errors: [],
  }),
  update: route({
    method: 'PUT',
    path: '/api/account',
    summary: 'Change your name',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }, closed),
    replies: { 200: Account },
    errors: [],
  }),
  changePassword: route({
    method: 'PUT',
    path: '/api/account/password',
    summary: 'Change your password; all your other sessions end',
    access: 'own-account',
    plan: 'free',
    body: Type.Object(
      {
        current: Type.Optional(
          Type.String({
            maxLength: 200,
            description: 'Left out by whoever has none and signed in by the link of a start',
          }),
        ),
        password: Type.String({ minLength: 10, maxLength: 200 }),
      },
      closed,
    ),
    replies: { 204: NoContent },
    errors: ['password_wrong', 'password_common', 'session_required', 'rate_limited'],
  }),
  beginSecondFactor: route({
    method: 'POST',
    path: '/api/account/second-factor',
    summary: 'Begin to set up two-factor sign-in (TOTP, RFC 6238): the secret for your app',
    access: 'own-account',
    plan: 'free',
    replies: {
      201: Type.Object({
        secret: Type.String({ description: 'Base32, to be typed' }),
        uri: Type.String({ description: 'otpauth://, to be drawn as a QR code' }),
      }),
    },
    errors: ['second_factor_on', 'session_required'],
  }),
  confirmSecondFactor: route({
    method: 'POST',
    path: '/api/account/second-factor/confirm',
    summary: 'Turn two-factor sign-in on with a code of your app. The recovery codes are shown this once',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ code: Code }, closed),
    replies: { 200: Type.Object({ recoveryCodes: Type.Array(Type.String()) }) },
    errors: ['second_factor_wrong', 'second_factor_on', 'second_factor_off', 'session_required', 'rate_limited'],
  }),
  newRecoveryCodes: route({
    method: 'POST',
    path: '/api/account/second-factor/recovery-codes',
    summary: 'Replace your recovery codes; they are shown this once',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ code: Code }, closed),
    replies: { 200: Type.Object({ recoveryCodes: Type.Array(Type.String()) }) },
    errors: ['second_factor_wrong', 'second_factor_off', 'session_required', 'rate_limited'],
  }),
  disableSecondFactor: route({
    method: 'POST',
    path: '/api/account/second-factor/disable',
    summary: 'Turn two-factor sign-in off, with a code of your app or a recovery code',
    access: 'own-account',
    plan: 'free',
    body: Type.Object({ code: Code }, closed),
    replies: { 204: NoContent },
    errors: ['second_factor_wrong', 'second_factor_off', 'second_factor_required', 'session_required', 'rate_limited'],
  }),
};

/** Where somebody is signed in. */
export const Device = Type.Object(
  {
    id: Id,
    kind: Type.Enum(['browser', 'program'], { description: 'By the cookie of the web app, or by access tokens' }),
    program: Type.Union([Type.String(), Type.Null()], {
      description: 'Such as "Firefox" or "curl"; null when unknown',
    }),
    system: Type.Union([Type.String(), Type.Null()], { description: 'Such as "Windows"; null when unknown' }),
    address: Text,
    organisation: Type.String(),
    createdAt: Time,
    lastUsedAt: Type.Union([Time, Type.Null()]),
    expiresAt: Time,
    current: Type.Boolean({ description: 'The one that asks' }),
  },
  { title: 'Device' },
);
export type Device = Static<typeof Device>;

const EndedSession = Type.Object(
  {
    id: Id,
    program: Device.properties.program,
    system: Device.properties.system,
    organisation: Type.String(),
    address: Type.String({ description: 'From where the old token came' }),
    at: Time,
  },
  { title: 'EndedSession' },
);
export type EndedSession = Static<typeof EndedSession>;

export const sessionRoutes = {
  list: route({
    method: 'GET',
    path: '/api/sessions',
    summary: 'List where you are signed in, and what ended in the last 30 days because a refresh token came twice',
    access: 'own-account',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(Device), reused: Type.Array(EndedSession) }) },
    errors: ['session_required'],
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/sessions/:id',
    summary: 'End one of your sessions; it stops at once',
    access: 'own-account',
    plan: 'free',
    params: Type.Object({ id: Id }),
    replies: { 204: NoContent },
    errors: ['session_not_found', 'session_required'],
  }),
  removeOthers: route({
    method: 'DELETE',
    path: '/api/sessions',
    summary: 'Sign out everywhere but here',
    access: 'own-account',
    plan: 'free',
    replies: { 200: Type.Object({ ended: Type.Integer() }) },
    errors: ['session_required'],
  }),
};
