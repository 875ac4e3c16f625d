import { Problem, type ErrorCode } from '@proofpix/contract/errors';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';
import { findMembership, insertMembership } from '../queries.ts';
import { isSessionOpen } from '../sessions/queries.ts';
import { beginSession, type SignedIn, type SignInFrom } from '../sign-in.ts';
import { hashOf, openSecrets } from './begin-sign-on.ts';
import { openClientSecret, redirectUri } from './manage-settings.ts';
import type { SingleSignOnParts } from './parts.ts';
import { readPerson, readProvider, reasonOf, type Person } from './provider.ts';
import {
  deleteIdentities,
  findIdentity,
  findSettings,
  hasOwnAccount,
  holdSettings,
  insertIdentity,
  insertManagedUser,
  isBlocked,
  lockIdentity,
  takeFlow,
  updateManagedUser,
  type FlowRow,
  type SettingsRow,
} from './queries.ts';

export type Returned = {
  /** In the path: each organisation has an address of its own. */
  organisationId: string;
  /** The query of the address, as the provider made it. */
  search: string;
  state: string;
  /** The mark of the browser. */
  browser: string | undefined;
  from: SignInFrom;
  /** The cookie that the browser had until now, where it sent one along. */
  replaces: string | undefined;
};

export type Finished =
  | { outcome: 'signed-in'; returnTo: string; signedIn: SignedIn }
  | { outcome: 'connected' }
  | { outcome: 'refused'; problem: ErrorCode; connecting: boolean };

const secretPattern = /^[A-Za-z0-9_-]{43}$/;
const longestSubject = 255; // OpenID Connect Core, 2
const longestName = 100;

/**
 * A browser comes back from a provider. What it brings counts once, in the browser that began, at the address of the
 * organisation it began with. Whoever it is becomes a member of that organisation alone, known by issuer and subject: the
 * address that a provider names opens no account, whoever's it is. Attacks: single-sign-on.test.ts.
 */
export async function finishSignOn(parts: SingleSignOnParts, returned: Returned): Promise<Finished> {
  let connecting = false;
  try {
    const flow = await takeValidFlow(parts, returned);
    connecting = flow.user_id !== null;
    const { settings, person } = await identify(parts, returned, flow);
    return await asSystem(parts.db, 'single-sign-on', async (tx): Promise<Finished> => {
      const held = await holdSettings(tx, settings.organisation_id);
      // Changed while we asked: what the old provider says counts no more.
      if (held === undefined || held.issuer !== settings.issuer || held.client_id !== settings.client_id) {
        throw new Problem('single_sign_on_state_invalid');
      }
      refuseStranger(held, person);
      await lockIdentity(tx, { ...person, organisationId: held.organisation_id });
      if (flow.user_id !== null) return connect(tx, flow, flow.user_id, { settings: held, person, returned });
      return signIn(tx, flow, { settings: held, person, returned });
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { outcome: 'refused', problem: error.code, connecting };
  }
}

async function takeValidFlow({ db }: Pick<SingleSignOnParts, 'db'>, returned: Returned): Promise<FlowRow> {
  const { organisationId, state, browser } = returned;
  if (browser === undefined || !secretPattern.test(state) || !secretPattern.test(browser)) {
    throw new Problem('single_sign_on_state_invalid');
  }
  const flow = await asSystem(db, 'single-sign-on', (tx) =>
    takeFlow(tx, { organisationId, stateHash: hashOf(state), browserHash: hashOf(browser) }),
  );
  if (flow === undefined) throw new Problem('single_sign_on_state_invalid');
  return flow;
}

async function identify(
  { db, keys, client, ownUrl, log }: SingleSignOnParts,
  { organisationId, state, search }: Returned,
  flow: FlowRow,
): Promise<{ settings: SettingsRow; person: Person }> {
  const settings = await asSystem(db, 'single-sign-on', (tx) => findSettings(tx, organisationId));
  if (settings === undefined) throw new Problem('single_sign_on_state_invalid');
  const { verifier, nonce } = openSecrets(keys, organisationId, flow.secrets);
  try {
    const provider = await readProvider(client, {
      issuer: settings.issuer,
      clientId: settings.client_id,
      clientSecret: openClientSecret(keys, settings),
    });
    const callback = new URL(redirectUri(ownUrl, organisationId));
    callback.search = search;
    const person = await readPerson(provider, callback, { state, nonce, verifier });
    if (person.issuer !== settings.issuer || person.subject.length > longestSubject) {
      throw new Problem('single_sign_on_failed');
    }
    return { settings, person };
  } catch (error) {
    log.warn({ organisation: organisationId, reason: reasonOf(error) }, 'a single sign-on failed at the provider');
    throw new Problem('single_sign_on_failed');
  }
}

/** Each time, not only the first: a domain may be taken off the list, an address lose its check. */
function refuseStranger(settings: SettingsRow, { email, emailVerified }: Person): void {
  if (email === undefined || !emailVerified) throw new Problem('single_sign_on_email_unverified');
  const [local = '', domain = '', ...more] = email.split('@');
  const fits = local !== '' && more.length === 0 && email.length <= 254 && settings.domains.includes(domain);
  if (!fits) throw new Problem('single_sign_on_domain_refused');
}

type Known = { settings: SettingsRow; person: Person; returned: Returned };

async function signIn(tx: Tx, flow: FlowRow, { settings, person, returned }: Known): Promise<Finished> {
  const organisationId = settings.organisation_id;
  const identity = { organisationId, issuer: person.issuer, subject: person.subject };
  const email = person.email ?? '';
  const name = nameOf(person);
  const known = await findIdentity(tx, identity);
  // Removed here, and not at the provider. Attack: single-sign-on-blocks.test.ts.
  if (known === undefined && (await isBlocked(tx, identity))) throw new Problem('single_sign_on_removed');
  if (known?.managed === true) await updateManagedUser(tx, { id: known.user_id, organisationId, email, name });
  if (known === undefined) {
    // Somebody of this organisation with a password. Only they can say that the provider may sign them in.
    if (await hasOwnAccount(tx, organisationId, email)) throw new Problem('single_sign_on_account_exists');
  }
  const userId = known?.user_id ?? (await insertManagedUser(tx, { organisationId, email, name }));
  if (known === undefined) {
    await insertMembership(tx, { organisationId, userId, role: settings.default_role });
    await insertIdentity(tx, { ...identity, userId });
    await recordAct(tx, {
      organisationId,
      actor: systemActor('single-sign-on'),
      act: 'member.add',
      subject: { kind: 'member', id: userId },
      after: { role: settings.default_role, issuer: person.issuer },
      personal: { email, name, subject: person.subject },
    });
  }
  const { from, replaces } = returned;
  const signedIn = await beginSession(tx, { userId, organisationId, kind: 'cookie', by: 'sso', from, replaces });
  if (signedIn === undefined) throw new Problem('single_sign_on_state_invalid');
  return { outcome: 'signed-in', returnTo: flow.return_to, signedIn };
}

/** A member with an account of their own, who began this while signed in, lets the provider sign them in here. */
async function connect(
  tx: Tx,
  flow: FlowRow,
  userId: string,
  { settings, person, returned }: Known,
): Promise<Finished> {
  const organisationId = settings.organisation_id;
  const identity = { organisationId, issuer: person.issuer, subject: person.subject };
  const membership = await findMembership(tx, userId, organisationId);
  const open = flow.session_id !== null && (await isSessionOpen(tx, { id: flow.session_id, organisationId, userId }));
  if (membership === undefined || !open) throw new Problem('single_sign_on_state_invalid');
  const known = await findIdentity(tx, identity);
  if (known !== undefined && known.user_id !== userId) throw new Problem('single_sign_on_identity_taken');
  // Nor by the account of a colleague.
  if (await isBlocked(tx, identity)) throw new Problem('single_sign_on_removed');
  await deleteIdentities(tx, organisationId, userId);
  await insertIdentity(tx, { ...identity, userId });
  await recordAct(tx, {
    organisationId,
    actor: { kind: 'member', id: userId, role: membership.role, via: 'single_sign_on', ...returned.from },
    act: 'single-sign-on.connect',
    subject: { kind: 'member', id: userId },
    after: { issuer: person.issuer },
    personal: { email: person.email ?? '', subject: person.subject },
  });
  return { outcome: 'connected' };
}

function nameOf({ name, email }: Person): string {
  const text = (name ?? '').replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return [...(text === '' ? (email ?? '') : text)].slice(0, longestName).join('').slice(0, longestName).toWellFormed();
}
