import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { usualPolicy, type PolicyRule } from '@proofpix/contract/policies';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { ended, sendJson } from '../plugins/test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const policyOf = (rules: PolicyRule[]) => ({ ...usualPolicy, rules });

describe('a rule about verdicts', () => {
  test(
    'is tried on what comes with the server by what was found in it, whoever installed it',
    { timeout: 60_000 },
    async () => {
      const [{ owner: first }, { owner: second }] = [
        await server.createOrganisation(),
        await server.createOrganisation(),
      ];
      const rules: PolicyRule[] = [{ effect: 'deny', verdict: 'pass' }];
      const deniedOf = async () => {
        const found = await second.call(routes.policies.dryRun, { body: { policy: policyOf(rules) } });
        return found.affected.filter(({ installed }) => !installed).map(({ plugin }) => plugin);
      };
      // Nobody on this server installed any yet: what was never scanned has no verdict.
      expect(await deniedOf()).toEqual([]);
      const body = { publisher: 'proofpix', pluginId: 'evidence-hash', grants: [] };
      await ended(first, await sendJson(first, '/api/plugins/install', 'POST', body));
      expect(await deniedOf()).toEqual(['evidence-hash']);
      // It is another verdict that the rule asks for.
      rules[0] = { effect: 'deny', verdict: 'block' };
      expect(await deniedOf()).toEqual([]);
    },
  );
});
