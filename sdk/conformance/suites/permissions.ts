import assert from 'node:assert/strict';
import { hostCalls, hostCallNames } from '@proofpix/contract/host-calls';
import { permissionNames } from '@proofpix/contract/permissions';
import { includes, problemOf, type Case, type Suite } from '../suite.ts';

const guarded = hostCallNames.filter((name) => hostCalls[name].permission !== null);

/** One for each row of the contract that takes a permission: a new host call without a case here does not exist. */
const denied = Object.fromEntries(
  guarded.map((name): [string, Case] => [
    `${name} without "${hostCalls[name].permission}" is denied`,
    async (t) => {
      const others = permissionNames.filter((permission) => permission !== hostCalls[name].permission);
      await t.target.grant(t.id, others);
      assert.equal(await t.value(name), 'permission_denied');
      await t.target.grant(t.id, permissionNames);
      assert.notEqual(await t.value(name), 'permission_denied');
    },
  ]),
);

export const permissions: Suite = {
  name: 'permissions',
  plugin: { source: 'permissions', manifest: { hosts: ['api.example.org'] } },
  cases: {
    ...denied,
    'what is denied is recorded': async (t) => {
      await t.target.grant(t.id, []);
      await t.value('storage.get');
      assert.ok((await t.target.violations(t.id, 1)).includes('permission_denied'));
      await t.target.grant(t.id, permissionNames);
    },
    'a hook whose permission was refused is not called': async (t) => {
      await t.target.grant(t.id, ['storage']);
      includes(await t.process('storage.get'), { ok: false, error: { code: 'permission_denied' } });
      await t.target.grant(t.id, permissionNames);
      includes(await t.process('storage.get'), { ok: true });
    },
    'nobody can be granted what the manifest does not ask for': async (t) => {
      const modest = {
        source: 'second',
        manifest: { permissions: ['files' as const], hooks: ['file:process'], customHooks: {} },
      };
      includes(await problemOf(t.install({ ...modest, grants: ['files', 'http'] })), { code: 'grant_not_requested' });
    },
    'webhooks without a registered address, and accounts that nobody connected, say so': async (t) => {
      assert.equal(await t.value('webhooks.send'), 'webhook_not_sent');
      assert.equal(await t.value('oauth.token'), 'oauth_not_connected');
    },
    'counts and reports are taken': async (t) => {
      for (const name of ['analytics.count', 'analytics.time', 'analytics.track', 'security.report', 'security.events'])
        assert.equal(await t.value(name), 'none', name);
      assert.ok((await t.target.violations(t.id, 1)).length > 0);
    },
  },
};
