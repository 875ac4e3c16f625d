import type { Database } from '../src/db/database.ts';
import { asSystem } from '../src/db/tenancy.ts';
import { jsonText } from '../src/db/types.ts';
import { fillCommunity } from './fill-community.ts';
import { fillMoney } from './fill-money.ts';
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
    const session = { token_hash: hash('session'), kind: 'cookie', signed_in_by: 'password', expires_at } as const;
    const { id: session_id } = await tx
      .insertInto('sessions')
      .values({ organisation_id, user_id, ...session })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('refresh_tokens')
      .values({ organisation_id, session_id, token_hash: hash('refresh') })
      .execute();
    await tx.insertInto('session_reuses').values({ organisation_id, user_id, address: '192.0.2.1' }).execute();
    await tx
      .insertInto('sign_in_challenges')
      .values({ organisation_id, user_id, challenge_hash: hash('challenge'), kind: 'cookie', expires_at })
      .execute();
    await tx
      .insertInto('api_tokens')
      .values({ organisation_id, user_id, name: 'token', token_hash: hash('token'), access: ['signed-in'] })
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
      .insertInto('plugin_hours')
      .values({ ...own, hour: new Date('2026-01-01T07:00:00Z'), latency: jsonText({ 5: 1 }) })
      .execute();
    await tx
      .insertInto('plugin_icons')
      .values({ ...own, type: 'image/png', bytes: hash('icon'), digest })
      .execute();
    await tx
      .insertInto('plugin_components')
      .values({ ...own, digest })
      .execute();
    await tx
      .insertInto('plugin_advisories')
      .values({ ...own, advisory: 'GHSA-1', component: 'a' })
      .execute();
    await tx.insertInto('dependency_audits').values({ organisation_id, begun_at: new Date() }).execute();
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
    await tx
      .insertInto('plugin_scans')
      .values({ ...own, digest })
      .execute();
    await tx
      .insertInto('organisation_scan_rules')
      .values({ organisation_id, rules: jsonText({}) })
      .execute();
    await tx
      .insertInto('audit_acts')
      .values({
        organisation_id,
        act: 'member.add',
        result: 'done',
        actor_kind: 'system',
        actor_id: 'test',
        subject_kind: 'member',
        subject_id: 'one',
      })
      .execute();
    await tx
      .insertInto('audit_heads')
      .values({
        organisation_id,
        position: 1,
        hash: new Uint8Array(32),
        public_key: 'key',
        signature: 'signature',
        signed_at: new Date(),
      })
      .execute();
    await tx
      .insertInto('invitations')
      .values({ organisation_id, email: `${name}@example.net`, role: 'viewer', token_hash: hash('token'), expires_at })
      .execute();
    await tx
      .insertInto('single_sign_on')
      .values({
        organisation_id,
        issuer: 'https://id.example.org',
        client_id: 'client',
        domains: jsonText(['example.org']),
        default_role: 'viewer',
      })
      .execute();
    await tx
      .insertInto('single_sign_on_identities')
      .values({ organisation_id, issuer: 'https://id.example.org', subject: 'one', user_id })
      .execute();
    await tx
      .insertInto('single_sign_on_blocks')
      .values({
        organisation_id,
        issuer: 'https://id.example.org',
        subject: 'two',
        email: 'two@example.org',
        name: 'Two',
      })
      .execute();
    await tx
      .insertInto('single_sign_on_flows')
      .values({
        organisation_id,
        state_hash: hash('sign-on'),
        browser_hash: hash('browser'),
        secrets: hash('sealed'),
        return_to: '/',
        expires_at,
      })
      .execute();
    const updates = { mode: 'none', security: false, minimumAgeDays: 0 };
    await tx
      .insertInto('policies')
      .values({ organisation_id, policy: jsonText({ rules: [], otherwise: 'allow', updates }) })
      .execute();
    await tx.insertInto('plugin_updates').values(own).execute();
    const { id: point_id } = await tx
      .insertInto('plugin_restore_points')
      .values({
        ...own,
        reason: 'update',
        version: '1.0.0',
        manifest: jsonText(manifest),
        digest,
        archive_digest: digest,
        archive_size: 1,
        development: false,
        permissions: '[]',
        hooks: '[]',
        config: '{}',
        secrets_set: '[]',
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('plugin_restore_values')
      .values({ ...own, point_id, key: 'a', value: hash('sealed'), size: 1, version: 1 })
      .execute();
    await tx
      .insertInto('plugin_requests')
      .values({ organisation_id, kind: 'install', plugin_id: 'a-plugin', reason: 'We need it', requested_by: user_id })
      .execute();
    const name_of_publisher = `by-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
    await tx
      .insertInto('publishers')
      .values({
        organisation_id,
        name: name_of_publisher,
        skeleton: name_of_publisher,
        display_name: name,
        challenge: 'challenge',
      })
      .execute();
    const { id: submission_id } = await tx
      .insertInto('submissions')
      .values({
        organisation_id,
        publisher: name_of_publisher,
        channel: 'stable',
        state: 'draft',
        archive_digest: digest,
        archive_size: 1,
        file_name: 'plugin.zip',
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const sent = { organisation_id, submission_id };
    await tx
      .insertInto('submission_steps')
      .values({ ...sent, state: 'draft', side: 'server' })
      .execute();
    await tx
      .insertInto('submission_comments')
      .values({ ...sent, attempt: 1, side: 'publisher', text: 'Said' })
      .execute();
    await tx
      .insertInto('submission_approvals')
      .values({ ...sent, attempt: 1, reviewer: user_id, checklist: [] })
      .execute();
    const signed = { public_key: 'key', signature: 'signature' };
    await tx
      .insertInto('audit_cuts')
      .values({ organisation_id, position: 1, hash: new Uint8Array(32), ...signed, signed_at: new Date() })
      .execute();
    await tx
      .insertInto('erasures')
      .values({ organisation_id, subject_id: user_id, asked_by: 'admin', whole: false, sought: hash('sealed') })
      .execute();
    await tx
      .insertInto('organisation_erasures')
      .values({ organisation_id, asked_by: user_id, erase_at: expires_at })
      .execute();
    await tx
      .insertInto('erase_notices')
      .values({ organisation_id, event: jsonText({ kind: 'organisation' }) })
      .execute();
    await tx.insertInto('privacy_settings').values({ organisation_id, updated_by: user_id }).execute();
    await tx
      .insertInto('retention_runs')
      .values({ organisation_id, deleted: jsonText([]), ...signed, created_at: new Date() })
      .execute();
    await tx.insertInto('usage_months').values({ organisation_id, month: '2026-01-01' }).execute();
    await tx
      .insertInto('subscriptions')
      .values({
        organisation_id,
        state: 'active',
        plan: 'enterprise',
        stripe_customer: 'cus_1',
        stripe_subscription: 'sub_1',
        stripe_begun_at: new Date(),
        stripe_changed_at: new Date(),
      })
      .execute();
    await tx.insertInto('subscription_stops').values(own).execute();
    await fillMoney(tx, organisation_id);
    await fillCommunity(tx, { organisation_id, user_id });
    await tx.insertInto('organisation_limits').values({ organisation_id, memory: 64 }).execute();
    await tx.insertInto('organisation_package_rules').values({ organisation_id, unsigned_packages: 'allow' }).execute();
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
    const sealed = { credential_id: session_id, browser_hash: hash('browser'), verifier: hash('sealed') };
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
    const { id: case_id } = await tx
      .insertInto('cases')
      .values({ organisation_id, title: 'A case' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx.insertInto('exhibits').values({ organisation_id, case_id, run_id, number: 1 }).execute();
    await tx.insertInto('notes').values({ organisation_id, run_id, text: 'Seen' }).execute();
    await tx.insertInto('jobs').values({ organisation_id, kind: 'install' }).execute();
    await fillWebhooks(tx, organisation_id, name);
    return { organisationId: organisation_id, userId: user_id, installationId: installation_id, runId: run_id };
  });
}
