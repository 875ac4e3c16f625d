import { writeTiff, type TiffDirectory, type TiffField } from './write-tiff.ts';

/** Bytes stand for text that is not well-formed: they are written as they are. */
type Text = string | Uint8Array;

/** Tags by exiftool's names, numbers as `exiftool -n` prints them. Position is in signed degrees and metres. */
export type ExifValues = {
  ImageDescription?: Text;
  Make?: Text;
  Model?: Text;
  Orientation?: number;
  XResolution?: number;
  YResolution?: number;
  Software?: Text;
  ModifyDate?: Text;
  Artist?: Text;
  Copyright?: Text;
  ExposureTime?: number;
  FNumber?: number;
  ISO?: number;
  DateTimeOriginal?: Text;
  CreateDate?: Text;
  OffsetTimeOriginal?: Text;
  SubSecTimeOriginal?: Text;
  ExposureCompensation?: number;
  FocalLength?: number;
  UserComment?: Text;
  LensModel?: Text;
  ExifImageWidth?: number;
  ExifImageHeight?: number;
  GPSLatitude?: number;
  GPSLongitude?: number;
  GPSAltitude?: number;
  GPSImgDirection?: number;
  /** `YYYY:MM:DD` */
  GPSDateStamp?: Text;
  /** `HH:MM:SS` in UTC */
  GPSTimeStamp?: string;
};

type Row = readonly [directory: 'main' | 'exif' | 'gps', tag: number, type: TiffField['type']];

const rows = {
  ImageDescription: ['main', 0x010e, 'ascii'],
  Make: ['main', 0x010f, 'ascii'],
  Model: ['main', 0x0110, 'ascii'],
  Orientation: ['main', 0x0112, 'short'],
  XResolution: ['main', 0x011a, 'rational'],
  YResolution: ['main', 0x011b, 'rational'],
  Software: ['main', 0x0131, 'ascii'],
  ModifyDate: ['main', 0x0132, 'ascii'],
  Artist: ['main', 0x013b, 'ascii'],
  Copyright: ['main', 0x8298, 'ascii'],
  ExposureTime: ['exif', 0x829a, 'rational'],
  FNumber: ['exif', 0x829d, 'rational'],
  ISO: ['exif', 0x8827, 'short'],
  DateTimeOriginal: ['exif', 0x9003, 'ascii'],
  CreateDate: ['exif', 0x9004, 'ascii'],
  OffsetTimeOriginal: ['exif', 0x9011, 'ascii'],
  SubSecTimeOriginal: ['exif', 0x9291, 'ascii'],
  ExposureCompensation: ['exif', 0x9204, 'signed-rational'],
  FocalLength: ['exif', 0x920a, 'rational'],
  UserComment: ['exif', 0x9286, 'undefined'],
  LensModel: ['exif', 0xa434, 'ascii'],
  ExifImageWidth: ['exif', 0xa002, 'long'],
  ExifImageHeight: ['exif', 0xa003, 'long'],
  GPSImgDirection: ['gps', 0x0011, 'rational'],
  GPSDateStamp: ['gps', 0x001d, 'ascii'],
} as const satisfies { [Name in keyof ExifValues]?: Row };

const pointers = { exif: 0x8769, gps: 0x8825 } as const;

/** The EXIF block of a photo: a TIFF structure, to be put into whatever the container wants around it. */
export function writeExif(values: ExifValues, extra: readonly TiffField[] = []): Uint8Array {
  return writeTiff(exifDirectory(values, extra));
}

export function exifDirectory(values: ExifValues, extra: readonly TiffField[] = []): TiffDirectory {
  const fields = { main: [...extra], exif: [] as TiffField[], gps: gpsFields(values) };
  for (const [name, [directory, tag, type]] of Object.entries(rows)) {
    const value = values[name as keyof typeof rows]; // the key comes from the table
    if (value !== undefined) fields[directory].push({ tag, type, value });
  }
  if (fields.exif.length > 0) fields.exif.push({ tag: 0x9000, type: 'undefined', value: '0232' });
  return {
    fields: fields.main,
    points: (['exif', 'gps'] as const)
      .filter((name) => fields[name].length > 0)
      .map((name) => ({ tag: pointers[name], directory: { fields: fields[name] } })),
  };
}

function gpsFields(values: ExifValues): TiffField[] {
  const fields: TiffField[] = [];
  if (values.GPSLatitude !== undefined) {
    fields.push({ tag: 1, type: 'ascii', value: values.GPSLatitude < 0 ? 'S' : 'N' });
    fields.push({ tag: 2, type: 'rational', value: degrees(values.GPSLatitude) });
  }
  if (values.GPSLongitude !== undefined) {
    fields.push({ tag: 3, type: 'ascii', value: values.GPSLongitude < 0 ? 'W' : 'E' });
    fields.push({ tag: 4, type: 'rational', value: degrees(values.GPSLongitude) });
  }
  if (values.GPSAltitude !== undefined) {
    fields.push({ tag: 5, type: 'byte', value: values.GPSAltitude < 0 ? 1 : 0 });
    fields.push({ tag: 6, type: 'rational', value: Math.abs(values.GPSAltitude) });
  }
  if (values.GPSTimeStamp !== undefined) {
    fields.push({ tag: 7, type: 'rational', value: values.GPSTimeStamp.split(':').map(Number) });
  }
  if (values.GPSImgDirection !== undefined) fields.push({ tag: 16, type: 'ascii', value: 'T' });
  if (fields.length > 0) fields.push({ tag: 0, type: 'byte', value: [2, 3, 0, 0] });
  return fields;
}

function degrees(value: number): number[] {
  const whole = Math.floor(Math.abs(value));
  const minutes = (Math.abs(value) - whole) * 60;
  return [whole, Math.floor(minutes), (minutes - Math.floor(minutes)) * 60];
}
