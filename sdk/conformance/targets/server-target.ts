import { createClient } from '@proofpix/contract/client';
import { errors, Problem, type ErrorCode } from '@proofpix/contract/errors';
import type { Job } from '@proofpix/contract/api/jobs';
import type { Plugin } from '@proofpix/contract/api/plugins';
import { routes } from '@proofpix/contract/routes';
import type { ScanRules } from '@proofpix/contract/scan';
import type { HookResult } from '@proofpix/contract/runs';
import type { Outside } from '../../src/test-host/outside.ts';
import type { Photo, Target } from '../target.ts';
import { until } from './until.ts';

const everything: ScanRules = { severities: { high: 'pass', medium: 'pass', low: 'pass' }, rules: [] };

/**
 * Any server, over HTTP, with a token that may install plugins. The plugins of the suite do what none should, so for its
 * time the organisation lets every package in; afterwards its own rules are in force again.
 */
export function openServerTarget(options: { url: string; token: string; outside?: Outside }): Target {
  const { url, token, outside = null } = options;
  const call = createClient({ baseUrl: url, token });
  const headers = { authorization: `Bearer ${token}` };
  const params = (id: string) => ({ params: { id } });
  const blobOf = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]);

  let before: ScanRules | null = null;
  async function letEverythingIn(): Promise<void> {
    if (before !== null) return;
    before = (await call(routes.organisations.getScanRules)).rules;
    await call(routes.organisations.putScanRules, { body: { rules: everything } });
  }

  /** Small installs are done at once, others are a job. @throws Problem */
  async function installed(reply: Plugin | Job): Promise<Plugin> {
    if (!('kind' in reply)) return reply;
    const job = await until(
      () => call(routes.jobs.get, params(reply.id)),
      ({ state }) => state === 'done' || state === 'failed',
    );
    if (job.error !== null) {
      const { code, message, errors: fields = [] } = job.error;
      throw new Problem(code in errors ? (code as ErrorCode) : 'internal', message, fields); // a code of the registry
    }
    return job.result as unknown as Plugin; // the job of an install gives what the route gives
  }

  async function decide(id: string, grants: readonly string[]): Promise<void> {
    const { permissions } = await call(routes.plugins.get, params(id));
    const refused = permissions
      .map(({ permission }) => permission)
      .filter((permission) => !grants.includes(permission));
    const granted = permissions.map(({ permission }) => permission).filter((permission) => grants.includes(permission));
    await call(routes.plugins.putGrants, { ...params(id), body: { grants: granted, refused } });
  }

  async function followed(photo: Photo, plugins: readonly string[], given: object | undefined): Promise<string> {
    const form = new FormData();
    form.set('plugins', plugins.join(','));
    if (given !== undefined) form.set('options', JSON.stringify(given));
    form.set('file', blobOf(photo.bytes), photo.name);
    const { runs } = await call(routes.runs.create, { form });
    const id = runs[0]?.id ?? '';
    // The stream of events ends after the run has finished.
    await (await fetch(`${url}/api/runs/${id}/events`, { headers })).text();
    return id;
  }

  return {
    name: `server ${url}`,
    outside,

    async install(archive, { grants, config }) {
      const form = new FormData();
      await letEverythingIn();
      form.set('grants', JSON.stringify(grants));
      form.set('plugin', blobOf(archive), 'plugin.zip');
      const { id } = await installed(await call(routes.plugins.install, { form }));
      try {
        await decide(id, grants);
        if (config !== undefined) await call(routes.plugins.putConfig, { ...params(id), body: { config } });
        await call(routes.plugins.load, params(id));
      } catch (error) {
        await call(routes.plugins.uninstall, params(id));
        throw error;
      }
    },
    uninstall: async (id) => void (await call(routes.plugins.uninstall, params(id))),
    load: async (id) => void (await call(routes.plugins.load, params(id))),
    unload: async (id) => void (await call(routes.plugins.unload, params(id))),
    async configure(id, config) {
      const shown = await call(routes.plugins.putConfig, { ...params(id), body: { config } });
      return shown.config;
    },
    grant: decide,
    async setPriority(id, hook, priority) {
      await call(routes.plugins.putHooks, { ...params(id), body: { hooks: [{ hook, priority }] } });
    },

    async call(hookName, { plugins, data, options: given, photo }) {
      if (photo === undefined) {
        const body = { plugins: [...plugins], ...(data && { data }), ...(given && { options: given }) };
        return (await call(routes.plugins.executeHook, { params: { hookName }, body })).results as HookResult[];
      }
      const form = new FormData();
      form.set('plugins', plugins.join(','));
      if (data !== undefined) form.set('data', JSON.stringify(data));
      if (given !== undefined) form.set('options', JSON.stringify(given));
      form.set('file', blobOf(photo.bytes), photo.name);
      return (await call(routes.plugins.executeHook, { params: { hookName }, form })).results as HookResult[];
    },

    async run(photo, { plugins, options: given }) {
      const id = await followed(photo, plugins, given);
      try {
        const run = await call(routes.runs.get, params(id));
        const written = new Map<string, Uint8Array>();
        for (const { name, source } of run.files) {
          const path = `/api/runs/${id}/files/${encodeURIComponent(name)}?plugin=${source.plugin}`;
          written.set(name, new Uint8Array(await (await fetch(url + path, { headers })).arrayBuffer()));
        }
        return { ...run, written };
      } finally {
        await call(routes.runs.remove, params(id));
      }
    },

    async logs(id, atLeast) {
      const page = await until(
        () => call(routes.plugins.logs, { ...params(id), query: { limit: 100 } }),
        ({ items }) => items.length >= Math.min(atLeast, 100),
      );
      return page.items.map(({ level, message }) => ({ level, message })).reverse();
    },
    async violations(id, atLeast) {
      const page = await until(
        () => call(routes.security.events, { query: { plugin: id, limit: 100 } }),
        ({ items }) => items.length >= atLeast,
      );
      return page.items
        .filter(({ installed: still }) => still)
        .map(({ type }) => type)
        .reverse();
    },
    async [Symbol.asyncDispose]() {
      if (before !== null) await call(routes.organisations.putScanRules, { body: { rules: before } });
    },
  };
}
