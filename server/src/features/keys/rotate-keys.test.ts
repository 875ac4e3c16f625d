import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from '@proofpix/host/capabilities';
import { createGuardedClient } from '@proofpix/host/http/guarded-client';
import { makeTestStorage, type TestStorage } from '../../../test/test-database.ts';
import { readConfig, readEnvironment, type Config } from '../../config.ts';
import { countSealed, replaceSealed, sealedColumns } from '../../db/sealed-columns.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { createLog } from '../../log.ts';
import { openData, type Data } from '../../open-data.ts';
import { openSigningKeys } from '../accounts/access-tokens/signing-keys.ts';
import { factorPurpose } from '../accounts/second-factor/check-code.ts';
import { beginFactor } from '../accounts/second-factor/queries.ts';
import { openSecrets } from '../accounts/single-sign-on/begin-sign-on.ts';
import { openClientSecret } from '../accounts/single-sign-on/manage-settings.ts';
import { findSettings } from '../accounts/single-sign-on/queries.ts';
import { sealMail } from '../mail/send-mail.ts';
import { findConnection, findProvider, saveConnection } from '../oauth/queries.ts';
import { createProvider } from '../oauth/manage-providers.ts';
import { openText, sealText } from '../oauth/sealing.ts';
import { createEvidenceSigner } from '../plugins/evidence/sign-evidence.ts';
import { openConfig, storeConfig } from '../plugins/config/stored-config.ts';
import { createStorage } from '../plugins/storage/keep-storage.ts';
import { openKeys as openWebhookKeys, sealSecret } from '../webhooks/webhook-secret.ts';
import { rotateKeys } from './rotate-keys.ts';
import { sealAgain } from './seal-again.ts';
import { systemActor } from '../audit/record-act.ts';

const values = 130; // more than one batch
const webhookSecret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const log = createLog('silent');
const never = new AbortController().signal;
const actor = systemActor('test');

// Each opens the database several times.
describe('a change of the master key', { timeout: 120_000 }, () => {
  let storage: TestStorage;
  let environment: Record<string, string>;
  let config: Config;
  let owner: { organisationId: string; id: string };
  let publicKey: string;
  let keyId: string;

  beforeAll(async () => {
    storage = await makeTestStorage();
    environment = { DATA_DIR: storage.dataDir, KEY_FILE: join(storage.dataDir, 'keys', 'master.key') };
    if (storage.databaseUrl !== undefined) environment.DATABASE_URL = storage.databaseUrl;
    config = readConfig(environment);
    await using data = await openData(config);
    const digest = 'ab'.repeat(32);
    owner = await asSystem(data.db, 'first-start', async (tx) => {
      const organisation = tx.insertInto('organisations').values({ name: 'Rotated' }).returning('id');
      const { id: organisationId } = await organisation.executeTakeFirstOrThrow();
      const manifest = '{"name": "A plugin", "type": "processor", "category": "other"}';
      const plugin = { plugin_id: 'a-plugin', version: '1.0.0', manifest, digest, archive_digest: digest, size: 1 };
      const { id } = await tx
        .insertInto('plugins')
        .values({ organisation_id: organisationId, source: 'upload', publisher: 'local', ...plugin })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { organisationId, id };
    });
    const installation = owner as Installation; // storage asks for nothing else of it
    const kept = createStorage(data);
    for (let index = 0; index < values; index += 1) await kept.set(installation, `key-${index}`, index, {});
    publicKey = (await createEvidenceSigner(data).attest(owner.organisationId, digest)).publicKey;
    await withOrganisation(data.db, owner.organisationId, (tx) =>
      storeConfig(tx, data.keys, owner, { config: {}, secrets: { '/token': 'a secret' }, actor }),
    );
    await keepOutside(data);
    await keepProofs(data);
  });
  afterAll(() => storage?.[Symbol.asyncDispose]());

  /** An account at a provider, and an address that messages go to. */
  async function keepOutside({ db, keys }: Data): Promise<void> {
    const { organisationId } = owner;
    await createProvider(
      { db, keys, client: createGuardedClient(), ownUrl: () => 'http://localhost' },
      { organisationId, actor },
      { name: 'github', preset: 'github', clientId: 'client', clientSecret: 'of the client' },
    );
    await withOrganisation(db, organisationId, async (tx) => {
      const providerId = (await findProvider(tx, 'github'))?.id ?? '';
      const of = { organisationId, providerId };
      await saveConnection(tx, {
        ...of,
        account: null,
        accessToken: sealText(keys, 'oauth-access-token', of, 'access'),
        refreshToken: sealText(keys, 'oauth-refresh-token', of, 'refresh'),
        tokenType: 'Bearer',
        scopes: [],
        expiresAt: null,
        plugins: null,
        connectedBy: actor,
      });
      const id = randomUUID();
      const secret = sealSecret(keys, { organisationId, id }, webhookSecret);
      await tx
        .insertInto('webhook_endpoints')
        .values({ id, organisation_id: organisationId, name: 'One', url: 'https://hooks.example.com', secret })
        .execute();
    });
    const expires_at = new Date('2100-01-01');
    const mail = { to: 'a@example.org', language: 'en', message: { kind: 'password-changed' } } as const;
    await asSystem(db, 'first-start', async (tx) => {
      const id = randomUUID();
      await tx
        .insertInto('mails')
        .values({ id, content: sealMail(keys, id, mail), expires_at })
        .execute();
      const provider = {
        issuer: 'https://id.example.org',
        client_id: 'client',
        domains: '[]',
        default_role: 'viewer',
      } as const;
      const client_secret = keys.seal(Buffer.from('of the provider'), `single-sign-on-secret\n${organisationId}`);
      await tx
        .insertInto('single_sign_on')
        .values({ organisation_id: organisationId, ...provider, client_secret })
        .execute();
      const hashes = { state_hash: Buffer.from('state'), browser_hash: Buffer.from('browser') };
      const secrets = keys.seal(Buffer.from('{"nonce":"n"}'), `single-sign-on-flow\n${organisationId}`);
      await tx
        .insertInto('single_sign_on_flows')
        .values({ organisation_id: organisationId, ...hashes, secrets, return_to: '/', expires_at })
        .execute();
    });
  }

  /** What proves people: the key of access tokens, and somebody's second factor. */
  async function keepProofs(data: Data): Promise<void> {
    await using signingKeys = openSigningKeys({ ...data, log });
    keyId = (await signingKeys.current()).keyId;
    await asSystem(data.db, 'sign-in', async (tx) => {
      const somebody = tx
        .insertInto('users')
        .values({ email: 'somebody@example.org', name: 'Somebody' })
        .returning('id');
      const { id } = await somebody.executeTakeFirstOrThrow();
      await beginFactor(tx, id, data.keys.seal(Buffer.from('of the app'), factorPurpose(id)));
    });
  }

  async function expectProofs(data: Data): Promise<void> {
    await using signingKeys = openSigningKeys({ ...data, log });
    expect((await signingKeys.current()).keyId).toBe(keyId);
    const factor = await asSystem(data.db, 'sign-in', (tx) =>
      tx.selectFrom('second_factors').selectAll().executeTakeFirstOrThrow(),
    );
    expect(Buffer.from(data.keys.open(factor.secret, factorPurpose(factor.user_id))).toString()).toBe('of the app');
  }

  async function expectOutside({ db, keys }: Data): Promise<void> {
    const { organisationId } = owner;
    await withOrganisation(db, organisationId, async (tx) => {
      const provider = await findProvider(tx, 'github');
      const connection = await findConnection(tx, 'github');
      const of = { organisationId, providerId: provider?.id ?? '' };
      const none = new Uint8Array();
      expect(openText(keys, 'oauth-client-secret', of, provider?.client_secret ?? none)).toBe('of the client');
      expect(openText(keys, 'oauth-access-token', of, connection?.access_token ?? none)).toBe('access');
      expect(openText(keys, 'oauth-refresh-token', of, connection?.refresh_token ?? none)).toBe('refresh');
      const endpoint = await tx.selectFrom('webhook_endpoints').selectAll().executeTakeFirstOrThrow();
      const settings = await findSettings(tx, organisationId);
      expect(settings && openClientSecret(keys, settings)).toBe('of the provider');
      const flow = await tx.selectFrom('single_sign_on_flows').selectAll().executeTakeFirstOrThrow();
      expect(openSecrets(keys, organisationId, flow.secrets)).toEqual({ nonce: 'n' });
      const [key] = openWebhookKeys(keys, { organisationId, id: endpoint.id }, endpoint, new Date());
      expect(`whsec_${Buffer.from(key ?? none).toString('base64')}`).toBe(webhookSecret);
    });
    const mail = await asSystem(db, 'rotate-keys', (tx) =>
      tx.selectFrom('mails').selectAll().executeTakeFirstOrThrow(),
    );
    expect(Buffer.from(keys.open(mail.content, `mail\n${mail.id}`)).toString()).toContain('a@example.org');
  }

  /** Everything that was kept opens, and the evidence key is the same. */
  async function expectOpen(data: Data): Promise<void> {
    const kept = createStorage(data);
    for (let index = 0; index < values; index += 1) {
      const stored = await kept.get(owner as Installation, `key-${index}`); // as above
      expect(stored).toEqual({ value: index, version: index + 1 });
    }
    const attested = await createEvidenceSigner(data).attest(owner.organisationId, 'ab'.repeat(32));
    expect(attested.publicKey).toBe(publicKey);
    const { secrets } = await withOrganisation(data.db, owner.organisationId, (tx) => openConfig(tx, data.keys, owner));
    expect(secrets).toEqual({ '/token': 'a secret' });
    await expectOutside(data);
    await expectProofs(data);
  }

  const count = (data: Data, versions: number[]) => asSystem(data.db, 'rotate-keys', (tx) => countSealed(tx, versions));

  it('knows every column of bytes in the schema that is neither a hash nor what is kept as it came', async () => {
    await using data = await openData(config);
    const { rows } = await sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and data_type = 'bytea' and column_name !~ '(_hash|^body|^proof|^bytes|_digest|_salt|^hash|^previous)$'`.execute(
      data.db.owner,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(
      sealedColumns.map(({ table, column }) => `${table}.${column}`).sort(),
    );
  });

  it('adds a version to the key file, for its owner alone, and seals nothing yet', async () => {
    expect(await rotateKeys(config, [])).toContain('Version 2 was added');
    expect((await readFile(config.keyFile, 'utf8')).trim().split('\n')).toHaveLength(2);
    expect((await stat(config.keyFile)).mode & 0o777).toBe(0o600);
    await using data = await openData(config);
    expect([data.keys.current(), data.keys.versions()]).toEqual([2, [1, 2]]);
    expect(await count(data, [2])).toBe(0);
    await expectOpen(data);
  });

  it('is found by a running server, also one that meets a value of the new version first', async () => {
    const { openKeys } = await import('../../keys.ts');
    await writeFile(join(storage.dataDir, 'one.key'), (await readFile(config.keyFile, 'utf8')).split('\n')[0] + '\n', {
      mode: 0o600,
    });
    const running = await openKeys({ keyFile: join(storage.dataDir, 'one.key') });
    const other = await openKeys({ keyFile: config.keyFile });
    const sealed = other.seal(Uint8Array.of(1), 'a');
    await writeFile(join(storage.dataDir, 'one.key'), await readFile(config.keyFile), { mode: 0o600 });
    expect(running.current()).toBe(1);
    expect(running.open(sealed, 'a')).toEqual(Uint8Array.of(1));
    expect(running.current()).toBe(2);
  });

  it('goes on where a killed server was in the middle of it', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'test', 'seal-until-killed.ts')], {
      env: { ...readEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const chunk of child.stdout) if (String(chunk).includes('"sealed again"')) break;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    {
      await using data = await openData(config);
      const [old, fresh] = [await count(data, [1]), await count(data, [2])];
      expect(old).toBeGreaterThan(0);
      expect(fresh).toBeGreaterThan(0);
      await expectOpen(data);
    }
    await expect(rotateKeys(config, ['--drop'])).rejects.toThrow(
      /^\d+ values are still sealed with version 1: start the server and wait/,
    );
    await using data = await openData(config);
    const updated = () =>
      asSystem(data.db, 'prune', (tx) => tx.selectFrom('plugin_configurations').select('updated_at').execute());
    const before = await updated();
    expect(await sealAgain({ ...data, log }, never)).toMatchObject({ remaining: 0, unreadable: 0 });
    expect(await count(data, [1])).toBe(0);
    expect(await updated()).toEqual(before); // nothing changed that anybody sees
    await expectOpen(data);
  });

  it('leaves a value alone that somebody changed by hand, and keeps its key', async () => {
    const [column] = sealedColumns;
    if (column === undefined) throw new Error('There are sealed columns.');
    await using data = await openData(config);
    await rotateKeys(config, []);
    data.keys.refresh();
    const broken = data.keys.seal(Uint8Array.of(1), 'for something else');
    broken[0] = 2;
    await asSystem(data.db, 'rotate-keys', (tx) =>
      replaceSealed(tx, column, { id: [owner.id, 'key-0'], sealed: broken }),
    );
    const progress = await sealAgain({ ...data, log }, never);
    expect(progress).toMatchObject({ remaining: 1, unreadable: 1 });
    expect(progress.sealed).toBe(await count(data, [3]));
    await asSystem(data.db, 'prune', (tx) => tx.deleteFrom('plugin_storage').where('key', '=', 'key-0').execute());
    await createStorage(data).set(owner as Installation, 'key-0', 0, {}); // as above
    await asSystem(data.db, 'prune', (tx) =>
      tx.updateTable('plugin_storage').set({ version: 1 }).where('key', '=', 'key-0').execute(),
    );
    expect(await sealAgain({ ...data, log }, never)).toMatchObject({ remaining: 0 });
  });

  it('forgets the old versions once nothing is sealed with them, and only while no server runs', async () => {
    {
      await using data = await openData(config);
      await expect(rotateKeys(config, ['--drop'])).rejects.toThrow('Another ProofPix server');
      await expectOpen(data);
    }
    expect(await rotateKeys(config, ['--drop'])).toContain('Version 1, 2 is forgotten');
    expect(await readFile(config.keyFile, 'utf8')).toMatch(/^proofpix-key-3 [0-9a-f]{64}\n$/);
    await using data = await openData(config);
    await expectOpen(data);
  });

  it('refuses a wrong or missing key at the start with one sentence, and makes no new one', async () => {
    const right = await readFile(config.keyFile, 'utf8');
    await writeFile(config.keyFile, `proofpix-key-3 ${'0'.repeat(64)}\n`);
    await expect(openData(config)).rejects.toThrow(
      `The key file ${config.keyFile} holds another key than the one the data was sealed with: restore the right one from your backup.`,
    );
    await writeFile(config.keyFile, `proofpix-key-4 ${'0'.repeat(64)}\n`);
    await expect(openData(config)).rejects.toThrow(/^\d+ values are still sealed with an old master key \(version 3\)/);
    await rm(config.keyFile);
    await expect(openData(config)).rejects.toThrow(
      `The key file ${config.keyFile} is missing, but the data was sealed`,
    );
    await expect(readFile(config.keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(config.keyFile, right, { mode: 0o600 });
  });

  it('takes the key from the environment: the old one beside the new one until everything is sealed again', async () => {
    const inFile = (await readFile(config.keyFile, 'utf8')).slice(-65, -1);
    await rm(config.keyFile);
    const next = Buffer.alloc(32, 7).toString('base64');
    const both = readConfig({ ...environment, MASTER_KEY: next, MASTER_KEY_PREVIOUS: inFile });
    const alone = readConfig({ ...environment, MASTER_KEY: next });
    {
      await using data = await openData(both);
      expect([data.keys.current(), data.keys.versions()]).toEqual([4, [3, 4]]);
      await expectOpen(data);
    }
    await expect(openData(alone)).rejects.toThrow(
      /^\d+ values are still sealed with an old master key \(version 3\): put it back into MASTER_KEY_PREVIOUS\.$/,
    );
    {
      await using data = await openData(both);
      expect(await sealAgain({ ...data, log }, never)).toMatchObject({ remaining: 0 });
    }
    await using data = await openData(alone);
    expect(data.keys.versions()).toEqual([4]);
    await expectOpen(data);
    await expect(rotateKeys(alone, [])).rejects.toThrow('comes from MASTER_KEY');
  });
});
