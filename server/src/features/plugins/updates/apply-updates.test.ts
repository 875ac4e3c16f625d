import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { usualPolicy, type Policy } from '@proofpix/contract/policies';
import { openTestDatabase } from '../../../../test/test-database.ts';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { systemActor } from '../../audit/record-act.ts';
import { saveListing } from '../../marketplace/queries.ts';
import { setPolicy } from '../../policies/change-policy.ts';
import { insertKill } from '../../trust/queries.ts';
import { executeHook } from '../hooks/execute-hook.ts';
import { installPlugin } from '../install-plugin.ts';
import { findInstallation } from '../queries.ts';
import { listPluginEvents } from '../read-plugins.ts';
import { makeOrganisation, openPluginsOn, type OpenedPlugins } from '../test/plugins-on-database.ts';
import { asking, packTestPlugin, type TestPlugin } from '../test/test-plugins.ts';
import { applyUpdates } from './apply-updates.ts';
import { readUpdates, setUpdates } from './read-updates.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let opened: OpenedPlugins;
beforeAll(async () => {
  database = await openTestDatabase();
  opened = await openPluginsOn(database);
});
afterAll(async () => {
  await opened?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

let organisationId: string;
let releases: Map<string, TestPlugin>;
beforeEach(async () => {
  organisationId = await makeOrganisation(database);
  releases = new Map();
});
afterEach(() => asSystem(database, 'fill-marketplace', (tx) => tx.deleteFrom('plugin_marketplace_cache').execute()));

const author = systemActor('a test');
const bundled = { source: 'bundled', publisher: 'proofpix' } as const;
const marketplace = {
  findRelease: async ({ pluginId, version }: { pluginId: string; version?: string | undefined }) => ({
    ...bundled,
    archive: await packTestPlugin(releases.get(`${pluginId}@${version}`) ?? {}),
    fileName: `${pluginId}.zip`,
  }),
};

function plugin(id: string, version: string, permissions: string[] = [], body = `return '${version}'`): TestPlugin {
  return { manifest: { id, version, permissions }, exports: asking(id, body) };
}

/** The marketplace of this server offers it since so many days. */
async function offer(id: string, version: string, days = 0, release: TestPlugin = plugin(id, version)): Promise<void> {
  releases.set(`${id}@${version}`, release);
  const listing = {
    name: 'Test plugin',
    description: 'A plugin that a test has made.',
    type: 'utility' as const,
    category: 'other' as const,
    readme: null,
  };
  await asSystem(database, 'fill-marketplace', async (tx) => {
    await saveListing(tx, { ...bundled, pluginId: id, version, listing, featured: false, archivePath: id });
    await tx
      .updateTable('plugin_marketplace_cache')
      .set({ version_since: new Date(Date.now() - days * 86_400_000) })
      .where('plugin_id', '=', id)
      .execute();
  });
}

async function installed(id: string, version = '1.0.0'): Promise<void> {
  const archive = await packTestPlugin(plugin(id, version));
  const how = { grants: 'requested', autoLoad: true, acceptReview: true } as const;
  await installPlugin(opened.plugins, { ...bundled, ...how, organisationId, actor: systemActor('test'), archive });
}

const look = () =>
  applyUpdates({ plugins: opened.plugins, marketplace, visits: { updated: () => {} } }, organisationId);
const row = (id: string) => withOrganisation(database, organisationId, (tx) => findInstallation(tx, id));
const version = async (id: string) => (await row(id))?.version;
const updatesOf = (id: string) => readUpdates(opened.plugins, { organisationId, pluginId: id });
const decide = (updates: Partial<Policy['updates']>, more: Partial<Policy> = {}) =>
  setPolicy(opened.plugins, {
    organisationId,
    actor: author,
    policy: { ...usualPolicy, ...more, updates: { ...usualPolicy.updates, ...updates } },
  });

describe('by the rules of an organisation', () => {
  test('nothing is updated where nobody said so; then what the mode lets in, over what a plugin has of its own', async () => {
    await installed('follows-rules');
    await offer('follows-rules', '1.1.0');
    await look();
    expect(await version('follows-rules')).toBe('1.0.0');
    await decide({ mode: 'patch' });
    await look();
    expect(await version('follows-rules')).toBe('1.0.0');
    expect((await updatesOf('follows-rules')).newer).toMatchObject([{ version: '1.1.0', installs: false }]);
    await setUpdates(opened.plugins, { organisationId, pluginId: 'follows-rules', author, mode: 'minor', pin: null });
    await look();
    expect(await version('follows-rules')).toBe('1.1.0');
    const acts = await withOrganisation(database, organisationId, (tx) =>
      tx.selectFrom('audit_acts').select(['act', 'actor_id', 'reason']).where('act', '=', 'plugin.upgrade').execute(),
    );
    expect(acts).toMatchObject([{ actor_id: 'update-rules', reason: 'It is a minor step.' }]);
  });

  test('a version waits until it is old enough, and a restart makes it no younger', async () => {
    await installed('cools-down');
    await offer('cools-down', '1.0.1', 3);
    await decide({ mode: 'all', minimumAgeDays: 7 });
    await look();
    expect(await version('cools-down')).toBe('1.0.0');
    await offer('cools-down', '1.0.1', 8);
    await asSystem(database, 'fill-marketplace', (tx) =>
      saveListing(tx, {
        ...bundled,
        pluginId: 'cools-down',
        version: '1.0.1',
        listing: { name: 'Test plugin', description: '-', type: 'utility', category: 'other', readme: null },
        featured: false,
        archivePath: 'cools-down',
      }),
    );
    await look();
    expect(await version('cools-down')).toBe('1.0.1');
  });

  test('a pin and the policy keep a version out, and neither an older nor an unfinished one comes in', async () => {
    await decide({ mode: 'all', security: true });
    await installed('stays-put', '1.1.0');
    for (const other of ['1.0.0', '1.1.0+build', '2.0.0-rc.1']) {
      await offer('stays-put', other);
      await look();
      expect((await updatesOf('stays-put')).newer).toEqual([]);
    }
    await offer('stays-put', '1.2.0');
    const named = { organisationId, pluginId: 'stays-put', author, mode: null };
    await setUpdates(opened.plugins, { ...named, pin: '1.1.0' });
    await look();
    await setUpdates(opened.plugins, { ...named, pin: null });
    await decide({ mode: 'all' }, { rules: [{ effect: 'deny', plugin: 'stays-put', version: '1.2.0' }] });
    await look();
    expect(await version('stays-put')).toBe('1.1.0');
    await decide({ mode: 'all' });
    await look();
    expect(await version('stays-put')).toBe('1.2.0');
  });

  test('an update that asks for more waits for consent, and the version before goes on', async () => {
    await decide({ mode: 'all' });
    await installed('wants-more');
    await offer('wants-more', '1.1.0', 0, plugin('wants-more', '1.1.0', ['storage']));
    await look();
    await look();
    expect(await updatesOf('wants-more')).toMatchObject({ waiting: { version: '1.1.0', permissions: ['storage'] } });
    const asked = { organisationId, hook: 'wants-more:ask', data: {}, signal: new AbortController().signal };
    expect(await executeHook(opened.plugins, asked)).toMatchObject([{ ok: true, result: '1.0.0' }]);
    const { items } = await listPluginEvents(opened.plugins, { organisationId, pluginId: 'wants-more' }, {});
    // Told once.
    expect(items.filter(({ type }) => type === 'plugin:update-waits')).toHaveLength(1);
    const archive = await packTestPlugin(plugin('wants-more', '1.1.0', ['storage']));
    await installPlugin(opened.plugins, {
      ...bundled,
      organisationId,
      actor: systemActor('test'),
      archive,
      grants: ['storage'],
    });
    expect(await updatesOf('wants-more')).toMatchObject({ waiting: null });
  });

  test('a version that cannot be loaded is tried once, and the one before goes on', async () => {
    await decide({ mode: 'all' });
    await installed('does-not-load');
    const broken = { ...plugin('does-not-load', '1.1.0'), exports: `initialize() { throw new Error('no'); }` };
    await offer('does-not-load', '1.1.0', 0, broken);
    await look();
    expect(await version('does-not-load')).toBe('1.0.0');
    expect(await updatesOf('does-not-load')).toMatchObject({
      wentBack: { version: '1.1.0' },
      newer: [{ installs: false, why: expect.stringContaining('failed') }],
    });
  });
});

test('an update is watched on after a restart, and goes back when it fails then', { timeout: 120_000 }, async () => {
  await using own = await openTestDatabase();
  const id = await makeOrganisation(own);
  const put = async ({ plugins }: OpenedPlugins, each: TestPlugin) =>
    installPlugin(plugins, {
      source: 'upload',
      publisher: 'local',
      organisationId: id,
      actor: systemActor('test'),
      archive: await packTestPlugin(each),
      autoLoad: true,
      acceptReview: true,
    });
  {
    await using first = await openPluginsOn(own);
    await put(first, plugin('watched-on', '1.0.0'));
    await put(first, plugin('watched-on', '2.0.0', [], `throw new Error('broken')`));
  }
  await using second = await openPluginsOn(own);
  const asked = { organisationId: id, hook: 'watched-on:ask', data: {}, signal: new AbortController().signal };
  await expect
    .poll(() => executeHook(second.plugins, asked), { timeout: 60_000 })
    .toMatchObject([{ ok: true, result: '1.0.0' }]);
});

describe('a security fix', () => {
  test('of what the kill list names comes at once and runs; what it names itself never comes', async () => {
    await installed('was-killed');
    await opened.plugins.trust.change((tx) =>
      insertKill(tx, {
        kind: 'version',
        value: 'was-killed@1.0.0',
        reason: 'It sends photos away',
        from: new Date(),
        actor: systemActor('test'),
      }),
    );
    await offer('was-killed', '1.0.1');
    await decide({ mode: 'none', security: false });
    await look();
    expect(await version('was-killed')).toBe('1.0.0');
    await decide({ mode: 'none', security: true, minimumAgeDays: 30 });
    await look();
    expect(await row('was-killed')).toMatchObject({ version: '1.0.1', state: 'loaded', killed: null });
    await opened.plugins.trust.change((tx) =>
      insertKill(tx, {
        kind: 'version',
        value: 'was-killed@1.0.2',
        reason: 'So does it',
        from: new Date(),
        actor: systemActor('test'),
      }),
    );
    await offer('was-killed', '1.0.2');
    expect((await updatesOf('was-killed')).newer).toEqual([]);
  });

  test('is what replaces a dependency with a grave vulnerability, and not one with a small one', async () => {
    await installed('has-a-hole');
    await offer('has-a-hole', '2.0.0');
    await decide({ security: true });
    const known = async (severity: 'low' | 'high') => {
      const found = await row('has-a-hole');
      const advisory = {
        id: 'GHSA-1',
        aliases: [],
        malicious: false,
        severity,
        score: null,
        summary: '',
        fixed: null,
        link: '',
      };
      const component = {
        name: 'left-pad',
        version: '1.0.0',
        purl: 'pkg:npm/left-pad@1.0.0',
        state: 'affected',
        reason: null,
      };
      const audit = {
        state: 'affected',
        reason: null,
        source: 'a test',
        components: [{ ...component, advisories: [advisory] }],
      };
      const values = { digest: found?.digest ?? '', audit: jsonText(audit), audited_at: new Date() };
      await withOrganisation(database, organisationId, (tx) =>
        tx
          .insertInto('plugin_components')
          .values({ organisation_id: organisationId, installation_id: found?.id ?? '', ...values })
          .onConflict((conflict) => conflict.column('installation_id').doUpdateSet(values))
          .execute(),
      );
    };
    await known('low');
    await look();
    expect(await version('has-a-hole')).toBe('1.0.0');
    await known('high');
    expect((await updatesOf('has-a-hole')).dangerous).toContain('left-pad');
    await look();
    expect(await version('has-a-hole')).toBe('2.0.0');
  });
});
