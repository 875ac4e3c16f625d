import { writeArchive } from '../../../pack/src/write-archive.ts';

/** The photo on which the speaker says everything; on others it says nothing. */
export const speakersPhoto = 'speak.jpg';

/** A plugin that says all strings, each in every field that a plugin can fill. */
export function speaker(strings: readonly string[]): Promise<Uint8Array> {
  const code = `const strings = ${JSON.stringify(strings)};
const named = (texts) => Object.fromEntries(texts.map((text, index) => [(index + ' ' + text).slice(0, 190), text]));
module.exports = { hooks: {
  'file:process': async ({ file }) => file.name === '${speakersPhoto}' ? { metadata: named(strings.map((text) => text.slice(0, 2000))) } : {},
  'data:analyze': async ({ file }, ctx) => {
    if (file.name !== '${speakersPhoto}') return {};
    for (const text of strings) ctx.log.info(text.slice(0, 2000));
    for (const text of strings.slice(0, 20)) { try { await ctx.http.get(text.slice(0, 1000)); } catch {} }
    for (let at = 0; at < strings.length; at += 8) {
      const some = strings.slice(at, at + 8).join(' ');
      await ctx.security.report({ severity: 'high', title: some.slice(0, 190) || 'x', detail: some.slice(0, 1900), evidence: { [some.slice(0, 90)]: some.slice(0, 250) } });
    }
    return { findings: strings.map((text, index) => ({
      severity: ['strong', 'possible', 'note'][index % 3], confidence: 0.5, question: ['edited', 'time', 'place', 'origin'][index % 4],
      title: (text.slice(0, 190) || 'x'), explanation: text.slice(0, 2000), evidence: { [(index + ' ' + text).slice(0, 100)]: text.slice(0, 1000) } })) };
  } } };`;
  return pack({
    id: 'speaker',
    name: 'Speaker',
    permissions: ['files', 'analytics', 'security'],
    hooks: ['file:process', 'data:analyze'],
    code,
  });
}

/** A plugin whose own words are hostile; it does nothing. */
export function shown(
  id: string,
  { name, settings, readme }: { name: string; settings: readonly string[]; readme: readonly string[] },
): Promise<Uint8Array> {
  const properties = Object.fromEntries(
    settings.map((each, index) => [
      `field${index}`,
      { type: 'string', title: cut(each, 80), description: cut(each, 120), default: cut(each, 80) },
    ]),
  );
  return pack({
    id,
    name: name.length < 3 ? `${name}...` : name,
    description: `${name} described`,
    author: name,
    permissions: ['files'],
    hooks: ['file:processed'],
    code: `module.exports = { hooks: { 'file:processed': async () => ({}) } };`,
    configSchema: { type: 'object', properties },
    readme: readme.map((each) => each.slice(0, 2_000)).join('\n\n'),
  });
}

/** A manifest with NUL or half a character in it is refused whole. */
function cut(text: string, most: number): string {
  return text.replaceAll('\0', '').slice(0, most).toWellFormed();
}

type Packed = {
  id: string;
  name: string;
  description?: string;
  author?: string;
  permissions: readonly string[];
  hooks: readonly string[];
  configSchema?: object;
  code: string;
  readme?: string;
};

function pack({ code, readme = '', ...manifest }: Packed): Promise<Uint8Array> {
  const whole = {
    description: 'Says what strangers write.',
    author: 'Nobody',
    version: '1.0.0',
    main: 'index.js',
    type: 'analyzer',
    category: 'other',
    ...manifest,
  };
  return writeArchive(
    new Map(
      Object.entries({ 'manifest.json': JSON.stringify(whole), 'index.js': code, 'README.md': readme }).map(
        ([name, text]) => [name, Buffer.from(text)] as const,
      ),
    ),
  );
}
