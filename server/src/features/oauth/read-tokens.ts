import { cleanText } from '@proofpix/host/clean-text';

export type Tokens = {
  accessToken: string;
  refreshToken: string | null;
  tokenType: string;
  /** Milliseconds since the epoch; null for a token that stays good until it is revoked. */
  expiresAt: number | null;
  /** Null where the provider does not say: then what was asked for was given. */
  scopes: string[] | null;
  account: string | null;
};

type Answer = { status: number; body: Uint8Array };

const longestToken = 8_192;
const longestAccount = 200;
const longestLife = 10 * 365 * 24 * 3600;
/** What may stand in a header behind `Bearer`. */
const tokenPattern = /^[\x21-\x7e]+$/;

/** The provider's own word for its refusal, or null where it gave something. */
export function readRefusal({ status, body }: Answer): string | null {
  const fields = readFields(body);
  const error = fields?.error;
  // Slack says 200 and {ok: false, error}; some say 200 and {error}.
  if (typeof error === 'string') return /^[a-z0-9_.-]{1,60}$/i.test(error) ? error : 'refused';
  if (status >= 200 && status < 300) return null;
  return fields === null ? 'unreadable_answer' : `status_${status}`;
}

/** Null for whatever cannot be used: a stranger wrote it. */
export function readTokens({ body }: Answer, now = Date.now()): Tokens | null {
  const fields = readFields(body);
  if (fields === null) return null;
  const accessToken = readToken(fields.access_token);
  if (accessToken === null) return null;
  const lifetime = Number(fields.expires_in);
  const refreshToken = fields.refresh_token;
  if (refreshToken !== undefined && refreshToken !== null && readToken(refreshToken) === null) return null;
  return {
    accessToken,
    refreshToken: readToken(refreshToken),
    tokenType: readType(fields.token_type),
    expiresAt: lifetime > 0 && lifetime <= longestLife ? now + lifetime * 1_000 : null,
    scopes: readScopes(fields.scope),
    account: readAccount(fields),
  };
}

function readFields(body: Uint8Array): Record<string, unknown> | null {
  const text = Buffer.from(body).toString();
  try {
    const value: unknown = JSON.parse(text);
    // A null prototype, so that nobody's `__proto__` or `constructor` is read as a field.
    if (isRecord(value)) return Object.assign(Object.create(null) as Record<string, unknown>, value);
  } catch {
    // Not JSON: GitHub answers a form to who does not ask for JSON.
  }
  if (!/^[\w.~%+-]+=[^<>]*$/.test(text)) return null;
  return Object.assign(Object.create(null) as Record<string, unknown>, Object.fromEntries(new URLSearchParams(text)));
}

function readToken(value: unknown): string | null {
  return typeof value === 'string' && value.length <= longestToken && tokenPattern.test(value) ? value : null;
}

/** Slack calls the kind of its token there; it is sent as `Bearer` like all others. */
function readType(value: unknown): string {
  return typeof value === 'string' && /^(bearer|bot|user)$/i.test(value) ? 'Bearer' : shortText(value) || 'Bearer';
}

function shortText(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,30}$/.test(value) ? value : '';
}

function readScopes(value: unknown): string[] | null {
  if (typeof value !== 'string') return null;
  const scopes = value.split(/[ ,]+/).filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(scope));
  return scopes.slice(0, 100);
}

/** Which account it is, for people to recognise. Nothing is decided by it, so the signature of an id token does not matter. */
function readAccount(fields: Record<string, unknown>): string | null {
  const claims = readClaims(fields.id_token);
  const team = isRecord(fields.team) ? fields.team.name : undefined;
  const named = [claims?.email, claims?.preferred_username, team, fields.account_id, claims?.sub];
  const found = named.find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? cleanText(found).slice(0, longestAccount).toWellFormed() : null;
}

function readClaims(idToken: unknown): Record<string, unknown> | null {
  if (typeof idToken !== 'string' || idToken.length > 20_000) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
