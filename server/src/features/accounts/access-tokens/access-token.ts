import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.ts';

/** Only how long a stolen token can be used without its session: whoever is signed out or removed stops at once. */
const tokenSeconds = 10 * 60;
/** RFC 9068: a token of another kind that the same key signs is never an access token. */
const type = 'at+jwt';

export type AccessTokens = {
  issue(session: {
    sessionId: string;
    userId: string;
    organisationId: string;
  }): Promise<{ token: string; expiresAt: Date }>;
  /** The session that a valid token is of; whether that still goes on is for the database to say. */
  verify(token: string): Promise<string | null>;
};

/**
 * JWTs, signed with EdDSA. By jose, since what can go wrong in reading one (the algorithm that the token names, the key
 * that it brings along, a claim of the wrong type) has gone wrong in most own readers; signing and verifying are node:crypto's.
 */
export function createAccessTokens({ keys, issuer }: { keys: SigningKeys; issuer: () => string }): AccessTokens {
  const audience = () => `${issuer()}/api`;
  return {
    async issue({ sessionId, userId, organisationId }) {
      const { keyId, privateKey } = await keys.current();
      const now = Math.floor(Date.now() / 1_000);
      const token = await new SignJWT({ sid: sessionId, organisation: organisationId })
        .setProtectedHeader({ alg: 'EdDSA', typ: type, kid: keyId })
        .setIssuer(issuer())
        .setAudience(audience())
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + tokenSeconds)
        .sign(privateKey);
      return { token, expiresAt: new Date((now + tokenSeconds) * 1_000) };
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const key = kid === undefined ? null : await keys.find(kid);
            if (key === null) throw new errors.JWKSNoMatchingKey();
            return key;
          },
          {
            algorithms: ['EdDSA'],
            typ: type,
            issuer: issuer(),
            audience: audience(),
            requiredClaims: ['sub', 'sid', 'organisation', 'jti', 'iat', 'exp'],
          },
        );
        const { sid } = payload;
        return typeof sid === 'string' && isUuid.test(sid) ? sid : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
