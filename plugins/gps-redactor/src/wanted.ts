/** What is to go besides the position. */
export type Wanted = { makerNote: boolean; times: boolean; serials: boolean };

/** What went, for people: a word each, in the order in which it was found. */
export type Removed = Set<string>;

/** A photo that cannot be redacted; the message is a sentence for people. */
export class RefusedError extends Error {}

const places = new Set([
  'city',
  'state',
  'country',
  'countrycode',
  'location',
  'locationname',
  'locationshown',
  'locationcreated',
  'sublocation',
  'provincestate',
  'countryname',
  'worldregion',
]);
const times = new Set([
  'createdate',
  'modifydate',
  'metadatadate',
  'datecreated',
  'datetime',
  'datetimeoriginal',
  'datetimedigitized',
  'timecreated',
  'digitalcreationdate',
  'digitalcreationtime',
  'when',
  'date',
]);
const serials = new Set([
  'serialnumber',
  'bodyserialnumber',
  'cameraserialnumber',
  'lensserialnumber',
  'ownername',
  'cameraownername',
  'imageuniqueid',
]);

/**
 * Whether a property tells something that has to go, by its name without the prefix: prefixes are free, and drones and
 * apps have names of their own (`drone-dji:GpsLatitude`).
 */
export function isUnwanted(property: string, wanted: Wanted): 'position' | 'times' | 'serial numbers' | null {
  const name = property.toLowerCase();
  if (places.has(name) || /gps|latitude|longitude|longtitude|altitude|geotag|geohash|geolocation/.test(name))
    return 'position';
  if (wanted.times && times.has(name)) return 'times';
  return wanted.serials && serials.has(name) ? 'serial numbers' : null;
}

export function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  // Not spread into arguments: that goes byte by byte through an iterator, and XMP may have megabytes.
  for (let at = 0; at < bytes.length; at += 8_192) {
    parts.push(Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + 8_192)));
  }
  return parts.join('');
}

export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
