import type { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import type { RouteQuery } from '@proofpix/contract/route';
import { conceptOf, concepts, type MadeListing } from './catalog.ts';

/** What somebody looks for, and how well a plugin answers it: 3 is what it is for, 1 what it also does, 0 not at all. */
export type JudgedQuery = { query: RouteQuery<typeof marketplaceRoutes.search>; grade(made: MadeListing): number };

const about = (id: string) => (made: MadeListing) => (made.first === id ? 3 : made.second === id ? 1 : 0);
const both = (one: string, other: string) => (made: MadeListing) => {
  const [first, second] = [about(one)(made), about(other)(made)];
  return first > 0 && second > 0 ? 3 : 0;
};
const when = (grade: JudgedQuery['grade'], fits: (made: MadeListing) => boolean) => (made: MadeListing) =>
  fits(made) ? grade(made) : 0;

const said = (id: string) => conceptOf(id).words[0] ?? id;

/** Sixty: single words, two things at once, slips, beginnings, names, filters. Judged by what the plugins were made for. */
export function judgedQueries(catalog: readonly MadeListing[]): JudgedQuery[] {
  const named = [11, 222, 333, 444, 555, 666, 777, 888]
    .map((place) => catalog[place % catalog.length])
    .filter((made) => made !== undefined);
  return [
    ...['exif', 'gps', 'weather', 'deepfake', 'steg', 'watermark', 'slack', 'hash', 'ocr', 'lens'].map((id) => ({
      query: { q: said(id) },
      grade: about(id),
    })),
    ...Object.entries(concepts)
      .slice(0, 8)
      .map(([id, { words }]) => ({ query: { q: words[1] ?? id }, grade: about(id) })),
    ...(
      [
        ['gps', 'map'],
        ['exif', 'hash'],
        ['weather', 'sun'],
        ['plate', 'face'],
        ['report', 'custody'],
        ['raw', 'colour'],
      ] as const
    ).map(([one, other]) => ({ query: { q: `${said(one)} ${said(other)}` }, grade: both(one, other) })),
    // A letter too many, one missing, one wrong, two swapped.
    ...(
      [
        ['exxif', 'exif'],
        ['wether', 'weather'],
        ['depfake', 'deepfake'],
        ['waterwark', 'watermark'],
        ['steganografy', 'steg'],
        ['cehcksum', 'hash'],
        ['metdaata', 'exif'],
        ['thumbnial', 'thumbnail'],
        ['histogrm', 'colour'],
        ['timestmap', 'time'],
      ] as const
    ).map(([q, id]) => ({ query: { q }, grade: about(id) })),
    ...(
      [
        ['weat', 'weather'],
        ['deepf', 'deepfake'],
        ['stegan', 'steg'],
        ['waterm', 'watermark'],
        ['thumb', 'thumbnail'],
        ['histog', 'colour'],
        ['webho', 'webhook'],
        ['provena', 'credentials'],
      ] as const
    ).map(([q, id]) => ({
      query: { q },
      grade: about(id),
    })),
    ...named.map((wanted) => ({
      query: { q: wanted.listing.name },
      grade: (made: MadeListing) => (made.listing.name === wanted.listing.name ? 3 : 0),
    })),
    {
      query: { q: 'gps', type: ['analyzer'] },
      grade: when(about('gps'), ({ listing }) => listing.type === 'analyzer'),
    },
    {
      query: { q: 'weather', permission: ['http'] },
      grade: when(about('weather'), ({ listing }) => listing.permissions?.includes('http') === true),
    },
    {
      query: { q: 'exif', category: ['file-processing'], verdict: ['pass'] },
      grade: when(about('exif'), ({ listing }) => listing.category === 'file-processing' && listing.verdict === 'pass'),
    },
    {
      query: { q: 'report', category: ['reporting'] },
      grade: when(about('report'), ({ listing }) => listing.category === 'reporting'),
    },
    {
      query: { q: 'photo', type: ['processor'] },
      grade: when(about('heic'), ({ listing }) => listing.type === 'processor'),
    },
    { query: { q: 'kestrel-labs' }, grade: (made) => (made.publisher === 'kestrel-labs' ? 3 : 0) },
    { query: { category: ['security'] }, grade: ({ listing }) => (listing.category === 'security' ? 3 : 0) },
    {
      query: { permission: ['oauth', 'webhooks'], sort: 'most-used' },
      grade: ({ listing }) =>
        listing.permissions?.some((name) => name === 'oauth' || name === 'webhooks') === true ? 3 : 0,
    },
    {
      query: { q: 'sensor fingerprint of the camera', verdict: ['pass'] },
      grade: when(about('noise'), ({ listing }) => listing.verdict === 'pass'),
    },
    { query: { q: 'chain custody evidence' }, grade: about('custody') },
  ];
}

/** How good the first ten are, against the best ten there are: 1 is perfect. Null where nothing in the catalog answers. */
export function ndcg(grades: readonly number[], all: readonly number[]): number | null {
  const gain = (list: readonly number[]) =>
    list.slice(0, 10).reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0);
  const ideal = gain(all.toSorted((a, b) => b - a));
  return ideal === 0 ? null : gain(grades) / ideal;
}
