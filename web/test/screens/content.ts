import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { routes } from '@proofpix/contract/routes';
import { writeArchive } from '../../../pack/src/write-archive.ts';
import { makePhoto } from '../../../samples/src/make-photo.ts';
import { finished, installPackage, runPhoto, type RealServer } from '../real-server.ts';
import type { Made } from './picture.ts';
import { makeSubmissions } from './publishing.ts';

/** Photos with independent readings, where they are there: nobody's position is in those that are named here. */
const realPhotos = join(import.meta.dirname, '../../../../shared/photos');
const chosen = ['derived-thumb-mismatch-empty-imagedesc-in-ifd0.jpg', 'c2pa-adobe-20220124-E-sig-CA.jpg'];

/** A plugin that finds something in each photo, and one thing that it may not do. */
async function findingPlugin(): Promise<Uint8Array> {
  const manifest = {
    id: 'field-notes',
    name: 'Field notes',
    version: '1.2.0',
    description: 'Says what it sees in the field, and where.',
    author: 'Halden Geo',
    main: 'index.js',
    type: 'analyzer',
    category: 'data-analysis',
    permissions: ['analytics', 'storage'],
    hooks: ['data:analyze'],
  };
  const code = `module.exports = { hooks: { 'data:analyze': async (_input, ctx) => {
    try { await ctx.http.get('http://169.254.169.254/latest/meta-data/'); } catch {}
    return { findings: [
      { severity: 'strong', confidence: 0.91, question: 'edited', title: 'Same bale appears twice',
        explanation: 'Two areas of the field are equal pixel by pixel. A camera does not do that.',
        evidence: { distance: '212 px', equal: 0.998 }, region: { x: 0.2, y: 0.6, width: 0.18, height: 0.2 } },
      { severity: 'possible', confidence: 0.6, question: 'time', title: 'Clock and sun are 3 h 30 min apart',
        explanation: 'The shadows fit the early afternoon, the clock says evening.', evidence: { clock: '18:02', sun: '14:32' } },
      { severity: 'note', confidence: 1, title: 'The lens is not named', explanation: '' },
    ] };
  } } };`;
  return writeArchive(
    new Map([
      ['manifest.json', Buffer.from(JSON.stringify(manifest))],
      ['index.js', Buffer.from(code)],
      ['README.md', Buffer.from('# Field notes\n\nSays what it sees in the field.\n')],
    ]),
  );
}

/** What an organisation has after a day: photos, findings, refused acts, addresses, and a case where there are cases. */
export async function makeContent(server: RealServer): Promise<Made> {
  const { call, token } = await server.signIn();
  await installPackage(server.url, token, await findingPlugin());
  const { runs } = await call(routes.runs.sample, {});
  const sample = runs[0]?.id ?? '';
  await finished(call, sample);
  const plainRun = await runPhoto(server.url, token, 'evening-field.png', makePhoto({ format: 'png', seed: 4 }));
  const long = `${'Hagelschadenregulierungsgutachten_Donaudampfschifffahrt_'.repeat(2)}.jpg`;
  const others = [await runPhoto(server.url, token, long, makePhoto({ seed: 7, width: 480, height: 320 }))];
  for (const name of chosen.filter((each) => existsSync(join(realPhotos, each)))) {
    others.push(await runPhoto(server.url, token, name, await readFile(join(realPhotos, name))));
  }
  for (const [name, role] of [
    ['Jonas Weidner', 'admin'],
    ['Petra Hagelschadenregulierungsgutachterin-Schmidt', 'analyst'],
  ] as const) {
    const email = `${name.split(' ')[0]?.toLowerCase()}@northgate.example`;
    await call(routes.members.create, { body: { name, email, role, password: 'a long password' } });
  }
  await call(routes.invitations.create, { body: { email: 'grace@northgate.example', role: 'developer' } });
  await call(routes.webhooks.createEndpoint, {
    body: { name: 'claims desk', url: 'https://hooks.claims.example/photos', types: null },
  });
  await call(routes.webhooks.createReceiver, { body: { name: 'intake', plugin: null } });
  await call(routes.oauth.createProvider, { body: { name: 'slack', preset: 'slack', clientId: 'client-1' } });
  await call(routes.tokens.create, { body: { name: 'Nightly upload', access: ['runs:read', 'runs:create'] } });
  await call(routes.tokens.create, { body: { name: 'Archive', access: ['runs:read'], expiresAt: 'never' } });
  const { id } = await call(routes.cases.create, {
    body: { title: 'Harbour Street 14', reference: 'NG-2026-0117', runIds: [sample, ...others] },
  });
  const submissions = await makeSubmissions(server.url, { call, token });
  return { run: sample, plainRun, plugin: 'field-notes', case: id, submissions };
}
