import type { NewSingleSignOn, SingleSignOn } from '@proofpix/contract/api/single-sign-on';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation, asSystem, type Tx } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import type { Keys } from '../../../keys.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { refuseBeyond } from '../refuse-beyond.ts';
import { deleteSessionsOfOrganisation } from '../sessions/queries.ts';
import type { SingleSignOnParts } from './parts.ts';
import { readProvider, reasonOf } from './provider.ts';
import {
  countIdentities,
  deleteFlows,
  deleteSettings,
  findSettings,
  lockSettings,
  putSettings,
  type SettingsRow,
} from './queries.ts';

export function callbackPath(organisationId: string): string {
  return `/api/single-sign-on/callback/${organisationId}`;
}

/** One for each organisation, so that no provider's answer counts for another's. Never from a request. */
export function redirectUri(ownUrl: () => string, organisationId: string): string {
  return ownUrl() + callbackPath(organisationId);
}

export async function readSettings(
  { db, ownUrl }: Pick<SingleSignOnParts, 'db' | 'ownUrl'>,
  organisationId: string,
): Promise<SingleSignOn | null> {
  return withOrganisation(db, organisationId, async (tx) => {
    const row = await findSettings(tx, organisationId);
    return row === undefined ? null : shown(tx, row, ownUrl);
  });
}

/**
 * The provider is asked first: settings with which nobody could sign in are refused. With another issuer or client the
 * secret goes, who is on the way there does not come back, and everybody who came from the old one signs in anew.
 * @throws Problem single_sign_on_refused, access_denied
 */
export async function changeSettings(
  parts: Pick<SingleSignOnParts, 'db' | 'keys' | 'client' | 'ownUrl' | 'log'>,
  caller: Caller,
  wanted: NewSingleSignOn,
): Promise<SingleSignOn> {
  const { db, keys, ownUrl } = parts;
  const { organisationId } = caller;
  // Also where it stays as it was: with a provider of one's own it would be anybody's.
  refuseBeyond(caller, wanted.defaultRole);
  const issuer = await checkIssuer(parts, wanted);
  return asSystem(db, 'single-sign-on', async (tx) => {
    const before = await lockSettings(tx, organisationId);
    const moved = before !== undefined && (before.issuer !== issuer || before.client_id !== wanted.clientId);
    const kept = moved ? null : (before?.client_secret ?? null);
    const after = await putSettings(tx, organisationId, {
      issuer,
      clientId: wanted.clientId,
      clientSecret:
        wanted.clientSecret === undefined ? kept : sealClientSecret(keys, organisationId, wanted.clientSecret),
      domains: [...new Set(wanted.domains)],
      defaultRole: wanted.defaultRole,
      required: wanted.required,
    });
    if (moved) {
      await deleteFlows(tx, organisationId);
      await deleteSessionsOfOrganisation(tx, { organisationId, from: 'provider' });
    }
    // Whoever is signed in by a password stays out from now on.
    if (after.required && before?.required !== true)
      await deleteSessionsOfOrganisation(tx, { organisationId, from: 'elsewhere' });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'single-sign-on.set',
      subject: { kind: 'organisation', id: organisationId },
      ...(before === undefined ? {} : { before: audited(before) }),
      after: { ...audited(after), ...(wanted.clientSecret === undefined ? {} : { clientSecret: 'replaced' }) },
    });
    return shown(tx, after, ownUrl);
  });
}

/** @throws Problem single_sign_on_not_found */
export async function removeSettings({ db }: Pick<SingleSignOnParts, 'db'>, caller: Caller): Promise<void> {
  const { organisationId } = caller;
  await asSystem(db, 'single-sign-on', async (tx) => {
    const before = await lockSettings(tx, organisationId);
    if (before === undefined) throw new Problem('single_sign_on_not_found');
    await deleteSettings(tx, organisationId);
    await deleteSessionsOfOrganisation(tx, { organisationId, from: 'provider' });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'single-sign-on.remove',
      subject: { kind: 'organisation', id: organisationId },
      before: audited(before),
    });
  });
}

const secretPurpose = (organisationId: string) => `single-sign-on-secret\n${organisationId}`;

function sealClientSecret(keys: Keys, organisationId: string, secret: string): Uint8Array {
  return keys.seal(Buffer.from(secret), secretPurpose(organisationId));
}

export function openClientSecret(keys: Keys, row: SettingsRow): string | null {
  if (row.client_secret === null) return null;
  return Buffer.from(keys.open(row.client_secret, secretPurpose(row.organisation_id))).toString();
}

/** Gives the issuer as the provider writes it itself: identities are compared with that. @throws Problem */
async function checkIssuer(
  { client, log }: Pick<SingleSignOnParts, 'client' | 'log'>,
  wanted: NewSingleSignOn,
): Promise<string> {
  const refused = (message: string) =>
    new Problem('single_sign_on_refused', undefined, [{ field: '/issuer', message }]);
  const url = URL.parse(wanted.issuer);
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!plain || url.username !== '' || url.password !== '') {
    throw refused('must be an address like https://login.example.org, as the provider writes it');
  }
  try {
    const asked = { issuer: wanted.issuer, clientId: wanted.clientId, clientSecret: null };
    return (await readProvider(client, asked)).serverMetadata().issuer;
  } catch (error) {
    log.info({ reason: reasonOf(error) }, 'the provider of a single sign-on could not be read');
    throw refused('gives no OpenID Connect configuration that can be used; it must be public and use https');
  }
}

/** For the trail: everything but the secret. */
function audited({ issuer, client_id, domains, default_role, required }: SettingsRow) {
  return { issuer, clientId: client_id, domains, defaultRole: default_role, required };
}

async function shown(tx: Tx, row: SettingsRow, ownUrl: () => string): Promise<SingleSignOn> {
  return {
    issuer: row.issuer,
    clientId: row.client_id,
    domains: row.domains,
    defaultRole: row.default_role,
    required: row.required,
    redirectUri: redirectUri(ownUrl, row.organisation_id),
    connectedMembers: await countIdentities(tx, row.organisation_id, row.issuer),
    updatedAt: row.updated_at.toISOString(),
  };
}
