import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../../test/start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

test('of changes at the same moment none brings back what another one replaced', async () => {
  const { owner } = await server.createOrganisation();
  const named = { params: { provider: 'github' } };
  await owner.call(routes.oauth.createProvider, {
    body: { name: 'github', preset: 'github', clientId: 'old', clientSecret: 'a' },
  });
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([
      owner.call(routes.oauth.updateProvider, { ...named, body: { clientId: `new-${round}` } }),
      owner.call(routes.oauth.updateProvider, { ...named, body: { scopes: [`scope-${round}`] } }),
      owner.call(routes.oauth.updateProvider, { ...named, body: { parameters: { audience: `${round}` } } }),
    ]);
    expect((await owner.call(routes.oauth.listProviders)).items).toMatchObject([
      {
        clientId: `new-${round}`,
        scopes: [`scope-${round}`],
        parameters: { audience: `${round}` },
        // That of the old client went with it, and nobody wrote it back.
        hasClientSecret: false,
      },
    ]);
  }
});
