import { sql } from 'kysely';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { ScanVerdict } from '@proofpix/contract/scan';
import { asSystem } from '../../../../db/tenancy.ts';
import type { Database } from '../../../../db/database.ts';
import type { CachedListing } from '../../queries.ts';

/**
 * A made-up catalog, the same for the same number: what a plugin is about is decided first, its words come afterwards, so
 * what a search should find is known without asking the search.
 */
export type MadeListing = {
  publisher: string;
  pluginId: string;
  listing: CachedListing & { verdict: ScanVerdict };
  /** What it is for; what it also does. */
  first: string;
  second: string;
};

type Concept = {
  words: readonly string[];
  category: Manifest['category'];
  type: Manifest['type'];
  permissions: readonly Permission[];
};

const concept = (
  category: Manifest['category'],
  type: Manifest['type'],
  permissions: readonly Permission[],
  ...words: string[]
): Concept => ({ words, category, type, permissions });

/** The first word is the one that people say most. */
export const concepts: Readonly<Record<string, Concept>> = {
  exif: concept('file-processing', 'processor', ['files'], 'exif', 'metadata', 'camera tags', 'iptc'),
  gps: concept('data-analysis', 'analyzer', ['files'], 'gps', 'location', 'coordinates', 'geotag'),
  map: concept('reporting', 'utility', ['files', 'http'], 'map', 'satellite view', 'route', 'terrain'),
  clone: concept('security', 'analyzer', ['files'], 'clone detection', 'copy move', 'duplicate regions', 'retouching'),
  ela: concept(
    'security',
    'analyzer',
    ['files'],
    'error level',
    'compression artifacts',
    'recompression',
    'quantization',
  ),
  noise: concept(
    'data-analysis',
    'analyzer',
    ['files', 'storage'],
    'noise pattern',
    'sensor fingerprint',
    'prnu',
    'grain',
  ),
  face: concept('data-analysis', 'analyzer', ['files'], 'face blurring', 'anonymise people', 'portrait', 'redaction'),
  plate: concept('automation', 'processor', ['files'], 'licence plate', 'vehicle number', 'number plate', 'car'),
  hash: concept('security', 'utility', ['files', 'storage'], 'hash', 'checksum', 'digest', 'fingerprint'),
  custody: concept(
    'reporting',
    'utility',
    ['files', 'storage'],
    'chain of custody',
    'evidence log',
    'handover',
    'exhibit',
  ),
  report: concept('reporting', 'utility', ['files'], 'pdf report', 'court report', 'summary document', 'dossier'),
  weather: concept('data-analysis', 'analyzer', ['files', 'http'], 'weather', 'cloud cover', 'rainfall', 'temperature'),
  sun: concept('data-analysis', 'analyzer', ['files'], 'sun position', 'shadow angle', 'daylight', 'solar azimuth'),
  time: concept('data-analysis', 'analyzer', ['files'], 'timestamp', 'clock drift', 'time zone', 'capture time'),
  raw: concept('file-processing', 'processor', ['files'], 'raw converter', 'negative', 'demosaic', 'dng'),
  heic: concept('file-processing', 'processor', ['files'], 'heic', 'high efficiency', 'live photo', 'apple container'),
  ocr: concept('file-processing', 'analyzer', ['files'], 'text recognition', 'ocr', 'reading signs', 'handwriting'),
  slack: concept(
    'integration',
    'connector',
    ['oauth', 'http'],
    'slack',
    'chat message',
    'channel alert',
    'team notice',
  ),
  drive: concept(
    'integration',
    'connector',
    ['oauth', 'http', 'files'],
    'cloud drive',
    'upload archive',
    'folder sync',
    'backup',
  ),
  webhook: concept('integration', 'connector', ['webhooks'], 'webhook', 'event delivery', 'callback', 'endpoint'),
  deepfake: concept(
    'security',
    'analyzer',
    ['files'],
    'deepfake',
    'generated image',
    'synthetic media',
    'diffusion model',
  ),
  steg: concept(
    'security',
    'analyzer',
    ['files'],
    'steganography',
    'hidden payload',
    'covert message',
    'least significant bit',
  ),
  colour: concept('data-analysis', 'analyzer', ['files'], 'colour profile', 'histogram', 'white balance', 'gamut'),
  lens: concept('data-analysis', 'analyzer', ['files'], 'lens distortion', 'focal length', 'aberration', 'perspective'),
  damage: concept(
    'automation',
    'analyzer',
    ['files'],
    'damage estimate',
    'insurance claim',
    'hail dent',
    'roof inspection',
  ),
  watermark: concept(
    'file-processing',
    'processor',
    ['files'],
    'watermark',
    'copyright mark',
    'stamp overlay',
    'attribution',
  ),
  thumbnail: concept('file-processing', 'processor', ['files'], 'thumbnail', 'preview', 'embedded image', 'resize'),
  calendar: concept('automation', 'utility', ['storage'], 'schedule', 'retention reminder', 'calendar', 'deadline'),
  statistics: concept('reporting', 'utility', ['analytics'], 'dashboard', 'usage statistics', 'chart', 'trend figures'),
  credentials: concept(
    'security',
    'analyzer',
    ['files'],
    'content credentials',
    'c2pa',
    'provenance',
    'signed manifest',
  ),
};

const brands = [
  'Lumen',
  'Harbour',
  'Northgate',
  'Kestrel',
  'Ferrum',
  'Opaline',
  'Quartzite',
  'Tidewater',
  'Juniper',
  'Meridian',
  'Basalt',
  'Cobalt',
  'Larkspur',
  'Sable',
  'Verity',
  'Alder',
  'Brightside',
  'Candela',
  'Drystone',
  'Everglade',
  'Foxglove',
  'Granite',
  'Hollybank',
  'Ironwood',
];
const kinds = [
  'Reader',
  'Check',
  'Desk',
  'Kit',
  'Inspector',
  'Assistant',
  'Bridge',
  'Suite',
  'Probe',
  'Helper',
  'Studio',
  'Watch',
];
const verbs = ['Reads', 'Finds', 'Shows', 'Compares', 'Collects', 'Explains', 'Measures', 'Verifies'];
const uses = [
  'insurance adjusters',
  'newsrooms',
  'police laboratories',
  'courts',
  'claims teams',
  'archives',
  'field officers',
  'auditors',
];
const endings = [
  'Works without network.',
  'Needs nothing but the photo.',
  'Results go into the report.',
  'Made for large batches.',
  'Explains each finding in plain words.',
  'Settings for every organisation.',
];

/** The same numbers for the same seed, on every machine. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function makeCatalog(size: number, seed = 7): MadeListing[] {
  const random = numbers(seed);
  const one = <Value>(values: readonly Value[]): Value => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error('There is nothing to choose from.');
    return value;
  };
  const ids = Object.keys(concepts);
  return Array.from({ length: size }, (_, index): MadeListing => {
    const [first, second, other] = [one(ids), one(ids), one(ids)];
    const about = conceptOf(first);
    const [brand, kind, word] = [one(brands), one(kinds), one(about.words)];
    const title = word.replace(/^./, (letter) => letter.toUpperCase());
    const keywords = new Set([word, one(about.words), one(about.words), one(conceptOf(second).words)]);
    const hosts = about.permissions.includes('http') ? [`api.${brand.toLowerCase()}.example`] : [];
    return {
      publisher: `${brand.toLowerCase()}-${one(['labs', 'works', 'tools', 'forensics'])}`,
      pluginId: `${word.replaceAll(' ', '-').slice(0, 24)}-${kind.toLowerCase()}-${index.toString(36)}`,
      first,
      second,
      listing: {
        name: `${brand} ${title} ${kind}`,
        description: `${one(verbs)} ${one(about.words)} for ${one(uses)}, with ${one(conceptOf(second).words)}. ${
          random() < 0.3 ? `Goes well beside a plugin for ${one(conceptOf(other).words)}. ` : ''
        }${one(endings)}`,
        type: about.type,
        category: about.category,
        permissions: [...about.permissions],
        hosts,
        keywords: [...keywords],
        license: one(['MIT', 'Apache-2.0', 'MPL-2.0']),
        hooks: ['file:process'],
        readme: `# ${brand} ${title}\n\n${`${one(verbs)} ${one(about.words)} in every photo of a run. `.repeat(12)}`,
        verdict: random() < 0.8 ? 'pass' : 'review',
      },
    };
  });
}

export function conceptOf(id: string): Concept {
  const found = concepts[id];
  if (found === undefined) throw new Error(`There is no concept ${id}.`);
  return found;
}

const source = 'marketplace';
const atOnce = 2_000;

/** Whole batches, as nothing else in the server writes them: thousands one by one would take minutes. */
export async function fillCatalog(db: Database, catalog: readonly MadeListing[]): Promise<void> {
  for (let start = 0; start < catalog.length; start += atOnce) {
    const rows = catalog.slice(start, start + atOnce).map(({ publisher, pluginId, listing }, place) => ({
      publisher,
      plugin_id: pluginId,
      listing,
      place: start + place,
    }));
    await asSystem(db, 'fill-marketplace', (tx) =>
      sql`insert into plugin_marketplace_cache
          (source, publisher, plugin_id, version, listing, active_organisations, trend, created_at, version_since)
        select ${source}, publisher, plugin_id, '1.0.0', listing,
          case when place % 10 = 0 then 3 + place % 1200 else 0 end, case when place % 50 = 0 then place % 40 else 0 end,
          timestamptz '2026-01-01' + place * interval '17 minutes', clock_timestamp() - place % 300 * interval '1 day'
        from json_to_recordset(${JSON.stringify(rows)}::json) as made (publisher text, plugin_id text, listing jsonb, place integer)`.execute(
        tx,
      ),
    );
  }
  // What the database does by itself within a minute.
  await sql`analyze plugin_marketplace_cache`.execute(db.owner);
  await sql`analyze marketplace_words`.execute(db.owner);
}
