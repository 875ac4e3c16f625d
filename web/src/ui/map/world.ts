import type { ExtendedFeatureCollection, GeoGeometryObjects } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarse from 'world-atlas/countries-110m.json' with { type: 'json' };

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

/** Coasts as areas, and the borders between countries as lines. */
export type Outlines = { land: ExtendedFeatureCollection; borders: GeoGeometryObjects };

function outlinesOf(world: World): Outlines {
  return {
    land: feature(world, world.objects.land),
    borders: mesh(world, world.objects.countries, (a, b) => a !== b),
  };
}

export const coarseOutlines = outlinesOf(coarse);

/** Five times as large, so only for who comes close. */
export async function fineOutlines(): Promise<Outlines> {
  return outlinesOf((await import('world-atlas/countries-50m.json', { with: { type: 'json' } })).default);
}
