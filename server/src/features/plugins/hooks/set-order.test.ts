import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { ask, install, problemOf, sendJson } from '../test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const hook = 'shared:say';
const ids = ['first-plugin', 'second-plugin', 'third-plugin'] as const;

/** Three plugins that implement one hook, which a fourth declares. */
async function threePlugins(): Promise<TestMember> {
  const { owner } = await server.createOrganisation();
  await install(owner, { manifest: { id: 'shared', customHooks: { [hook]: {} }, hooks: [] }, exports: 'hooks: {}' });
  for (const id of ids) {
    await install(owner, {
      manifest: { id, hooks: [{ name: hook, priority: 500 }], customHooks: {} },
      exports: `hooks: { '${hook}': async () => '${id}' }`,
    });
  }
  return owner;
}

const order = (member: TestMember, wanted: readonly string[] | null) =>
  member.call(routes.hooks.putOrder, { params: { name: hook }, body: { order: wanted === null ? null : [...wanted] } });
const said = async (member: TestMember) => (await ask(member, hook)).map(({ plugin }) => plugin);

describe('the order of a hook', () => {
  test('is set at once, followed by the next call, and set back to what the manifests say', async () => {
    const owner = await threePlugins();
    expect(await said(owner)).toEqual([...ids]);
    const turned = [...ids].reverse();
    const reply = await order(owner, turned);
    expect(reply.order.map(({ plugin }) => plugin)).toEqual(turned);
    expect(reply.order.every(({ changed, loaded }) => changed && loaded)).toBe(true);
    expect(await said(owner)).toEqual(turned);
    const { items } = await owner.call(routes.hooks.list);
    expect(items.find(({ name }) => name === hook)?.order.map(({ plugin }) => plugin)).toEqual(turned);
    const events = await owner.call(routes.plugins.events, { params: { id: 'third-plugin' } });
    expect(events.items[0]).toMatchObject({ type: 'plugin:order-set', detail: { hook, order: turned } });

    const back = await order(owner, null);
    expect(back.order.map(({ priority, changed }) => ({ priority, changed }))).toEqual(
      ids.map(() => ({ priority: 500, changed: false })),
    );
    expect(await said(owner)).toEqual([...ids]);
  });

  test('keeps a place for a plugin that is stopped', async () => {
    const owner = await threePlugins();
    await owner.call(routes.plugins.unload, { params: { id: 'second-plugin' } });
    const reply = await order(owner, ['second-plugin', 'third-plugin', 'first-plugin']);
    expect(reply.order[0]).toMatchObject({ plugin: 'second-plugin', loaded: false });
    expect(await said(owner)).toEqual(['third-plugin', 'first-plugin']);
    await owner.call(routes.plugins.load, { params: { id: 'second-plugin' } });
    expect(await said(owner)).toEqual(['second-plugin', 'third-plugin', 'first-plugin']);
  });

  test('that does not name exactly the plugins that are there is refused and changes nothing', async () => {
    const owner = await threePlugins();
    const wrong = [
      ['first-plugin', 'second-plugin'],
      [...ids, 'nobodys-plugin'],
      ['first-plugin', 'first-plugin', 'second-plugin'],
      ['first-plugin', 'second-plugin', 'third-plugin', 'third-plugin'],
      [],
    ];
    for (const each of wrong) {
      const response = await sendJson(owner, `/api/hooks/${hook}/order`, 'PUT', { order: each });
      expect(await problemOf(response)).toMatchObject({ status: 409, code: 'hook_order_outdated' });
    }
    expect(await said(owner)).toEqual([...ids]);
  });

  test('of two that set it at the same time one is whole', async () => {
    const owner = await threePlugins();
    const [a, b] = [['second-plugin', 'first-plugin', 'third-plugin'], [...ids].reverse()];
    await Promise.all([order(owner, a), order(owner, b), order(owner, a), order(owner, b)]);
    expect([a, b]).toContainEqual(await said(owner));
  });

  test('of a hook that no plugin of the organisation implements is not there', async () => {
    await threePlugins();
    const { owner } = await server.createOrganisation();
    const response = await sendJson(owner, `/api/hooks/${hook}/order`, 'PUT', { order: [...ids] });
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'hook_unknown' });
  });
});
