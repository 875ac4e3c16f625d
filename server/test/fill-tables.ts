import type { Database } from '../src/db/database.ts';
import { asSystem } from '../src/db/tenancy.ts';
import { jsonText } from '../src/db/types.ts';
import { fillWebhooks } from './fill-webhooks.ts';

/** An organisation with at least one row in every tenant table. */
export async function fillTables(
  database: Database,
  name: string,
): Promise<{ organisationId: string; userId: string; installationId: string; runId: string }> {
  const digest = 'ab'.repeat(32);
  const hash = (text: string) => new TextEncoder().encode(`${name} ${text}`);
  return asSystem(database, 'first-start', async (tx) => {
    const { id: organisation_id } = await tx
      .insertInto('organisations')
      .values({ name })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id: user_id } = await tx
      .insertInto('users')
      .values({ email: `${name}@example.org`, name })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx.insertInto('memberships').values({ organisation_id, user_id, role: 'owner' }).execute();
    const expires_at = new Date('2100-01-01');
    await tx
      .insertInto('sessions')
      .values({ organisation_id, user_id, token_hash: hash('session'), kind: 'cookie', expires_at })
      .execute();
    await tx
      .insertInto('api_tokens')
      .values({ organisation_id, user_id, name: 'token', token_hash: hash('token') })
      .execute();
    await tx
      .insertInto('sign_in_codes')
      .values({ organisation_id, user_id, code_hash: hash('code'), expires_at })
      .execute();
    await tx
      .insertInto('organisation_keys')
      .values({ organisation_id, purpose: 'evidence', public_key: 'key', private_key: hash('sealed') })
      .execute();

    const manifest = { id: 'a-plugin', name: 'A plugin', version: '1.0.0', type: 'processor', category: 'other' };
    const { id: installation_id } = await tx
      .insertInto('plugins')
      .values({
        organisation_id,
        source: 'upload',
        publisher: 'local',
        plugin_id: 'a-plugin',
        version: '1.0.0',
        manifest: jsonText(manifest),
        digest,
        archive_digest: digest,
        size: 1,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const own = { organisation_id, installation_id };
    await tx
      .insertInto('plugin_permissions')
      .values({ ...own, permission: 'files' })
      .execute();
    await tx
      .insertInto('plugin_hooks')
      .values({ ...own, hook: 'file:process', priority: 100, position: 0 })
      .execute();
    await tx.insertInto('plugin_configurations').values(own).execute();
    await tx
      .insertInto('plugin_metrics')
      .values({ ...own, day: '2026-01-01', hook: 'file:process', latency: jsonText({ 5: 1 }) })
      .execute();
    await tx
      .insertInto('plugin_events')
      .values({ ...own, type: 'installed' })
      .execute();
    await tx
      .insertInto('plugin_logs')
      .values({ ...own, level: 'info', message: 'hello' })
      .execute();
    await tx
      .insertInto('security_events')
      .values({
        ...own,
        plugin_id: 'a-plugin',
        version: '1.0.0',
        digest,
        type: 'died',
        severity: 'medium',
        title: 'Its process ended',
        detail: '',
      })
      .execute();
    await tx.insertInto('organisation_limits').values({ organisation_id, memory: 64 }).execute();
    await tx
      .insertInto('plugin_dependencies')
      .values({ ...own, depends_on: 'other-plugin', range: '^1.0.0' })
      .execute();
    await tx
      .insertInto('plugin_storage')
      .values({ ...own, key: 'a', value: hash('sealed'), size: 1, version: 1 })
      .execute();
    await tx
      .insertInto('plugin_storage_versions')
      .values({ ...own, last: 1 })
      .execute();
    await tx
      .insertInto('plugin_analytics')
      .values({ ...own, day: '2026-01-01', kind: 'count', name: 'photos' })
      .execute();
    await tx.insertInto('analytics_days').values({ organisation_id, day: '2026-01-01' }).execute();
    const { id: provider_id } = await tx
      .insertInto('oauth_providers')
      .values({
        organisation_id,
        name: 'slack',
        authorization_endpoint: 'https://slack.com/oauth/v2/authorize',
        token_endpoint: 'https://slack.com/api/oauth.v2.access',
        client_id: 'client',
        client_authentication: 'body',
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const sealed = { credential_hash: hash('session'), browser_hash: hash('browser'), verifier: hash('sealed') };
    await tx
      .insertInto('oauth_flows')
      .values({ organisation_id, user_id, provider_id, state_hash: hash('state'), ...sealed, expires_at })
      .execute();
    await tx
      .insertInto('oauth_events')
      .values({ organisation_id, type: 'provider:created', provider: 'slack' })
      .execute();
    await tx.insertInto('oauth_connections').values({ organisation_id, provider_id, token_type: 'Bearer' }).execute();

    const file = { sha256: digest, name: 'photo.jpg', type: 'image/jpeg', size: 3 };
    const { id: file_id } = await tx
      .insertInto('files')
      .values({ organisation_id, ...file })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id: batch_id } = await tx
      .insertInto('batches')
      .values({ organisation_id })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id: run_id } = await tx
      .insertInto('runs')
      .values({ organisation_id, batch_id, file_id })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('run_steps')
      .values({
        organisation_id,
        run_id,
        position: 0,
        hook: 'file:process',
        plugin_id: 'a-plugin',
        version: '1.0.0',
        digest,
        ok: true,
        input_digest: digest,
        output_digest: digest,
        milliseconds: 1.5,
      })
      .execute();
    await tx
      .insertInto('run_files')
      .values({ organisation_id, run_id, plugin_id: 'a-plugin', ...file })
      .execute();
    const { id: export_id } = await tx
      .insertInto('exports')
      .values({ organisation_id, run_id, format: 'json' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('export_files')
      .values({ organisation_id, export_id, plugin_id: 'a-plugin', ...file })
      .execute();
    await tx.insertInto('jobs').values({ organisation_id, kind: 'install' }).execute();
    await fillWebhooks(tx, organisation_id, name);
    return { organisationId: organisation_id, userId: user_id, installationId: installation_id, runId: run_id };
  });
}
