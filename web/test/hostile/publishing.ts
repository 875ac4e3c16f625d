import { routes } from '@proofpix/contract/routes';
import { reviewChecks } from '@proofpix/contract/publishing';
import { paths } from '../../src/paths.ts';
import { makeReviewer, submit } from '../real-publishing.ts';
import { join } from './join.ts';
import type { Source } from './source.ts';

const publisher = 'loud-maker';

/** What would run, or be fetched, where an icon is drawn as part of the page. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64" onload="hostileRan=1">
<script>hostileRan = 1</script>
<image xlink:href="https://elsewhere.example/seen.png" width="9" height="9"/>
<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml" onload="hostileRan=1"><iframe src="https://elsewhere.example/"></iframe></body></foreignObject>
<a xlink:href="javascript:hostileRan=1"><rect width="64" height="64"/></a>
</svg>`;

/** Markdown that reaches for what Markdown must not have. */
const markdown = `
![seen](https://elsewhere.example/seen.png) ![own](icon.svg) ![up](../../../etc/passwd)
[run](javascript:hostileRan=1) [data](data:text/html,<script>hostileRan=1</script>) <javascript:hostileRan=1>
<img src=x onerror="hostileRan=1"> <svg onload="hostileRan=1"> <style>body{display:none}</style>
[ref]: javascript:hostileRan=1
[ref]
`;

/** A publisher whose every word is hostile, and what it sent, published and withdrew. */
export const publishing: Source = {
  fields: [
    'publisher name',
    'publisher description',
    'listing name',
    'listing description',
    'listing README',
    'listing icon',
    'licence',
    'changelog',
    'file of a package',
    'note to the reviewers',
    'comment of the publisher',
    'comment of a reviewer',
    'reason of a yank',
    'reason of a rejection',
  ],
  put: async (server, strings) => {
    const { url, call } = server;
    const reviewer = await makeReviewer(url, call);
    // Half a character refuses a manifest whole.
    const whole = strings.map((text) => text.toWellFormed());
    const short = join(whole, 95).map((text) => text.toWellFormed());
    const long = join(whole, 900).map((text) => text.toWellFormed());
    const [description = ''] = long;
    const names = short.filter((each) => each.length >= 3);
    await call(routes.publishers.create, {
      body: { name: publisher, displayName: names[0] ?? '', description },
    });
    const send = async (id: string, version: string, part: readonly string[], at: number) => {
      const manifest = {
        id,
        name: names[at] ?? '',
        version,
        description: (long[at] ?? '').slice(0, 480).toWellFormed().padEnd(10, '.'),
        author: names[at] ?? '',
        license: (short[at] ?? '').slice(0, 60).toWellFormed(),
        type: 'processor',
        category: 'other',
        permissions: ['files'],
        hooks: ['file:processed'],
      };
      const sent = await submit(server, publisher, {
        'manifest.json': JSON.stringify(manifest),
        'index.js': `module.exports = { hooks: { 'file:processed': async () => ({}) } };`,
        'README.md': [markdown, ...part].join('\n\n'),
        'CHANGELOG.md': part.join('\n\n'),
        'words.txt': part.join('\n'),
        'icon.svg': icon,
      });
      if (sent.state !== 'draft') throw new Error(`It is ${sent.state}: ${JSON.stringify(sent.problem ?? sent.scan)}`);
      const about = { params: { id: sent.id } };
      await call(routes.submissions.send, { ...about, body: { note: long[at] ?? '' } });
      await reviewer(routes.reviews.claim, about);
      const [theirs = '', ours = ''] = [long[at + 1], long[at + 2]];
      const asked = await reviewer(routes.reviews.comment, {
        ...about,
        body: { text: theirs, file: 'words.txt', line: 1 },
      });
      await call(routes.submissions.comment, { ...about, body: { text: ours } });
      await reviewer(routes.reviews.settle, { params: { id: sent.id, comment: asked.id } });
      return { ...about, id: sent.id };
    };

    const parts = [0, 1, 2].map((part) =>
      strings.filter((_, index) => index % 3 === part).map((each) => each.replaceAll('\0', '')),
    );
    const ids = ['first-word', 'second-tale', 'third-story'];
    const released: string[] = [];
    for (const [at, part] of parts.entries()) {
      const pluginId = ids[at] ?? '';
      const { id, params } = await send(pluginId, '1.0.0', part, at);
      const decision = { decision: 'approve' as const, checklist: [...reviewChecks] };
      await reviewer(routes.reviews.decide, { params, body: decision });
      released.push(id);
    }
    const waiting = await send('first-word', '1.1.0', parts[1] ?? [], 3);
    await reviewer(routes.reviews.unclaim, waiting);
    const rejected = await send('second-tale', '1.1.0', parts[2] ?? [], 4);
    await reviewer(routes.reviews.decide, {
      params: rejected.params,
      body: { decision: 'reject', reason: description },
    });
    await call(routes.marketplace.yank, {
      params: { publisher, plugin: 'third-story', version: '1.0.0' },
      body: { reason: description },
    });
    return [
      paths.marketplace,
      paths.publisher(publisher),
      ...ids.map((id) => paths.listing(publisher, id)),
      paths.publishing,
      ...released.map((id) => paths.submission(id)),
      paths.submission(rejected.id),
      `${paths.submission(waiting.id)}?part=comments`,
      paths.reviews,
      `${paths.review(waiting.id)}?file=words.txt&whole=1`,
    ];
  },
};
