import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { makePhoto } from '../../../samples/src/make-photo.ts';
import { paths } from '../../src/paths.ts';
import { installPackage, runPhoto, runPhotos } from '../real-server.ts';
import { join } from './join.ts';
import { shown, speaker, speakersPhoto } from './plugins.ts';
import { publishing } from './publishing.ts';
import type { Source } from './source.ts';

/** One entry is one more place: nothing else has to change. */
export const sources: readonly Source[] = [
  {
    fields: ['file name', 'case title', 'case reference', 'case description', 'caption', 'note'],
    put: async ({ url, token, call }, strings) => {
      const bytes = makePhoto({ seed: 3, width: 32, height: 24 });
      const names = strings.map((text) => `${text.slice(0, 180)}.jpg`);
      const runIds = await runPhotos(url, token, names, bytes, ['exif-reader']);
      const titles = join(strings, 180);
      const cases = await each(titles, async (title) => {
        const body = { title, reference: title.slice(0, 95), description: join(strings, 4_000)[0] ?? '' };
        return (await call(routes.cases.create, { body })).id;
      });
      const params = { id: cases[0] ?? '' };
      const captions = join(strings, 480);
      await call(routes.cases.addExhibits, { params, body: { runIds: runIds.slice(0, captions.length) } });
      await each(captions, (caption, at) =>
        call(routes.cases.updateExhibit, { params: { ...params, number: at + 1 }, body: { caption } }),
      );
      await each(join(strings, 2_000), (text) => call(routes.cases.addNote, { params, body: { text } }));
      // The head of a result is drawn by the same lines for each name; the lists show them all.
      const some = runIds.filter((_, index) => index % 30 === 0);
      return [
        paths.workbench,
        paths.history,
        paths.cases,
        paths.case(params.id),
        ...some.map((id) => paths.run(id)),
        paths.compare(runIds[0], runIds[1]),
      ];
    },
  },
  {
    fields: ['Make', 'Model', 'Software', 'ImageDescription', 'Artist', 'Copyright', 'UserComment', 'XMP'],
    put: async ({ url, token }, strings) => {
      const ids = await each(join(strings, 2_000), (text, at) => runPhoto(url, token, `exif-${at}.jpg`, photo(text)));
      return [...ids.map((id) => paths.run(id)), paths.compare(ids[0], ids[1])];
    },
  },
  {
    fields: [
      'finding title',
      'finding explanation',
      'evidence name',
      'evidence value',
      'tag',
      'value',
      'log',
      'security event title',
      'security event detail',
      'address asked for',
    ],
    put: async (server, strings) => {
      await installPackage(server.url, server.token, await speaker(strings));
      const id = await runPhoto(server.url, server.token, speakersPhoto, makePhoto({ seed: 2 }));
      const run = await server.call(routes.runs.get, { params: { id } });
      const step = run.steps.find(({ plugin, hook }) => plugin === 'speaker' && hook === 'data:analyze');
      if (step?.ok !== true) throw new Error(`The speaker did not speak: ${JSON.stringify(step)}`);
      return [paths.run(id), paths.plugin('speaker'), paths.security, paths.securityOf('speaker')];
    },
  },
  {
    fields: [
      'plugin name',
      'plugin description',
      'plugin author',
      'README',
      'setting title',
      'setting description',
      'setting default',
    ],
    put: async (server, strings) => {
      // Installing is limited to ten in a quarter of an hour: many strings go into one package.
      const parts = [0, 1, 2].map((part) => strings.filter((_, index) => index % 3 === part));
      const ids = await each(parts, async (part, at) => {
        const id = `shown-${at}`;
        const name = join(part, 98)[0] ?? '';
        await installPackage(server.url, server.token, await shown(id, { name, settings: part, readme: part }));
        return id;
      });
      if (ids.length < parts.length) throw new Error('A package with hostile words was refused.');
      return [
        paths.plugins,
        paths.hooks,
        paths.workbench,
        ...ids.flatMap((id) => [paths.pluginsOpen(id), paths.plugin(id), paths.pluginSettings(id)]),
      ];
    },
  },
  publishing,
  ...[0, 1, 2, 3].map(addresses),
];

/** An organisation has at most twenty of each: one round after the other. */
function addresses(round: number): Source {
  const [first, end] = [round * 20, round * 20 + 20];
  return {
    fields: round === 0 ? ['address name', 'receiver name'] : [],
    put: async ({ call }, strings) => {
      const names = join(strings, 99);
      if (names.length <= first || (round === 3 && names.length > end)) throw new Error('The rounds do not fit.');
      const { items: endpoints } = await call(routes.webhooks.listEndpoints);
      await each(endpoints, ({ id }) => call(routes.webhooks.deleteEndpoint, { params: { id } }));
      const { items: receivers } = await call(routes.webhooks.listReceivers);
      await each(receivers, ({ id }) => call(routes.webhooks.deleteReceiver, { params: { id } }));
      await each(names.slice(first, end), async (name, at) => {
        const url = `https://hooks${at}.claims.example/in`;
        await call(routes.webhooks.createEndpoint, { body: { name, url, types: null } });
        await call(routes.webhooks.createReceiver, { body: { name, plugin: null } });
      });
      return [paths.connections];
    },
  };
}

/** What the server refuses by its rules is left out; what it fails on is a defect. */
async function each<Given, Made>(
  given: readonly Given[],
  put: (one: Given, at: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  let refusal: unknown;
  for (let start = 0; start < given.length; start += atOnce) {
    const some = given.slice(start, start + atOnce);
    const ends = await Promise.allSettled(some.map((one, index) => put(one, start + index)));
    for (const end of ends) {
      if (end.status === 'fulfilled') made.push(end.value);
      else if (isRefusal(end.reason)) refusal ??= end.reason;
      else throw end.reason;
    }
  }
  if (made.length < given.length / 2)
    throw new Error('Most of it was refused: nothing would be shown.', { cause: refusal });
  return made;
}

const atOnce = 6;

/** Not for being too many: those would be missing from what is shown. */
function isRefusal(error: unknown): boolean {
  if (error instanceof Problem) return error.status < 500 && error.code !== 'rate_limited';
  return /answered 4(?!29)\d\d/.test(String(error));
}

function photo(text: string): Uint8Array {
  const tags = ['Make', 'Model', 'Software', 'ImageDescription', 'Artist', 'Copyright', 'UserComment'];
  const exif = Object.fromEntries(tags.map((tag) => [tag, text]));
  return makePhoto({ exif, xmp: { 'dc:subject': [text], 'dc:title': { 'x-default': text } } });
}
