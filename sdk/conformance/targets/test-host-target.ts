import { Problem } from '@proofpix/contract/errors';
import { openTestHost } from '../../src/test-host.ts';
import type { TestPlugin } from '../../src/test-host/test-plugin.ts';
import type { Target } from '../target.ts';
import { answer, addresses } from './internet.ts';
import { until } from './until.ts';

/** The test host that plugin authors use. */
export async function openTestHostTarget(): Promise<Target> {
  const host = await openTestHost({ http: answer, addresses });
  const plugins = new Map<string, TestPlugin>();

  function find(id: string): TestPlugin {
    const plugin = plugins.get(id);
    if (plugin === undefined) throw new Problem('plugin_not_found');
    return plugin;
  }

  return {
    name: 'test host',
    outside: host.outside,
    async install(archive, { grants, config }) {
      const plugin = await host.install(archive, { grants, ...(config === undefined ? {} : { config }) });
      plugins.set(plugin.id, plugin);
    },
    async uninstall(id) {
      await find(id).uninstall();
      plugins.delete(id);
    },
    load: (id) => find(id).load(),
    unload: (id) => find(id).unload(),
    async configure(id, config) {
      await find(id).configure(config);
      return find(id).config;
    },
    grant: async (id, permissions) => find(id).grant(...permissions),
    setPriority: async (id, hook, priority) => find(id).setPriority(hook, priority),
    call: (hook, wish) => host.call(hook, wish),
    async run(photo, wish) {
      const run = await host.run(photo, wish);
      return { ...run, written: new Map(run.files.map((file) => [file.name, file.bytes])) };
    },
    logs: async (id, atLeast) =>
      until(
        async () => [...find(id).logs],
        (lines) => lines.length >= atLeast,
      ),
    violations: async (id, atLeast) =>
      until(
        async () => find(id).violations.map(({ type }) => type),
        (kinds) => kinds.length >= atLeast,
      ),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}
