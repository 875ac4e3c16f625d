import type { Call } from '@proofpix/contract/client';
import { reviewChecks } from '@proofpix/contract/publishing';
import { routes } from '@proofpix/contract/routes';
import { makeReviewer, submit } from '../real-publishing.ts';

/** Submissions by what became of them. */
export type Submissions = Record<'blocked' | 'refused' | 'draft' | 'waiting', string>;

const weather = {
  id: 'weather-at-capture',
  name: 'Weather at capture',
  description:
    'Looks up cloud, rain and wind for the stated hour and place, and compares them with the sky in the picture.',
  author: 'Halden Geo',
  type: 'processor',
  category: 'data-analysis',
  license: 'Apache-2.0',
  homepage: 'https://halden.example/weather',
  keywords: ['weather', 'sky'],
  hooks: ['file:process'],
};
const readme = `# Weather at capture

Compares the **sky in the picture** with what stations near it measured.

## What leaves the server

- the position, rounded to 10 km
- the hour

The photo is not sent.
`;
const start = `'use strict';
const host = 'api.haldengeo.example';

// pick the station closest to the photo
async function station(ctx) {
  const part = await ctx.storage.get('region');
  return part ?? 'north';
}
`;
const asks = `
async function lookup(ctx, region) {
  for (;;) {
    const answer = await ctx.http.get('https://' + host + '/v1/hour/' + region);
    if (answer.status === 200) return answer.data;
  }
}

function again() {
  for (;;) {}
}
`;
const end = (answer: string) => `
module.exports = { hooks: {
  'file:process': async (_input, ctx) => {
    const size = await ctx.files.size;
    const region = await station(ctx);
    return { metadata: { Size: size, Sky: ${answer} } };
  },
} };
`;

/** A release, its next version in the queue with what was said of it, and packages that came less far. */
export async function makeSubmissions(
  url: string,
  { call, token }: { call: Call; token: string },
): Promise<Submissions> {
  const reviewer = await makeReviewer(url, call);
  const profile = {
    displayName: 'Halden Geo',
    description: 'Weather and sun for photos.',
    website: 'https://halden.example',
  };
  await call(routes.publishers.create, { body: { name: 'halden-geo', ...profile, support: 'help@halden.example' } });
  const send = (plugin: Record<string, unknown>, code: string, more: Record<string, string> = {}) =>
    submit({ url, call, token }, 'halden-geo', {
      'manifest.json': JSON.stringify(plugin),
      'index.js': code,
      'README.md': readme,
      ...more,
    });
  const on = (id: string) =>
    call(routes.submissions.send, { params: { id }, body: { note: 'Reads the region once.' } });

  for (const version of ['1.2.3', '1.2.4']) {
    const changes = { 'CHANGELOG.md': `# ${version}\n\nReads the region once.\n` };
    const { id } = await send(
      { ...weather, version, permissions: ['files', 'storage'] },
      start + end('region'),
      changes,
    );
    await on(id);
    await reviewer(routes.reviews.claim, { params: { id } });
    const body = { decision: 'approve' as const, checklist: [...reviewChecks] };
    await reviewer(routes.reviews.decide, { params: { id }, body });
  }
  const params = { publisher: 'halden-geo', plugin: 'weather-at-capture', version: '1.2.3' };
  await call(routes.marketplace.yank, { params, body: { reason: 'It reads the wrong region.' } });

  const more = { permissions: ['files', 'storage', 'http'], hosts: ['api.haldengeo.example'] };
  const code = start + asks + end('await lookup(ctx, region)');
  const waiting = await send({ ...weather, version: '1.3.0', ...more }, code, { 'CHANGELOG.md': '# 1.3.0\n\nAsks.\n' });
  await on(waiting.id);
  const about = { params: { id: waiting.id } };
  await reviewer(routes.reviews.claim, about);
  await reviewer(routes.reviews.comment, {
    ...about,
    body: { text: 'When does this loop end?', file: 'index.js', line: 11 },
  });
  await call(routes.submissions.comment, {
    ...about,
    body: { text: 'When the station answers.', file: 'index.js', line: 11 },
  });
  await reviewer(routes.reviews.unclaim, about);

  const survey = { ...weather, id: 'barn-survey', name: 'Barn survey', version: '0.9.0', permissions: ['files'] };
  const sky = { ...weather, id: 'sky-check', name: 'Sky check', version: '1.0.0', permissions: ['files', 'storage'] };
  const draft = await send(survey, end("'blue'").replace('await station(ctx)', "'north'"));
  const blocked = await send(sky, start + end("eval('region')"));
  const refused = await send({ ...sky, version: 'one' }, start);
  return { waiting: waiting.id, draft: draft.id, blocked: blocked.id, refused: refused.id };
}
