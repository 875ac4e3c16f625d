import { expect, test } from 'vitest';
import { isOneSlip, skeletonOf } from './look-alike.ts';

test.each([
  ['exif-reader', 'exifreader'],
  ['exif-reader', 'ex1f-reader'],
  ['exif-reader', 'exlf-reader'],
  ['exif-reader', 'exif--reader'],
  ['exif-reader', 'exif-readder'],
  ['photo-map', 'ph0t0-map'],
  ['camera-rnodel', 'camera-model'],
])('%s and %s are read as the same name', (one, other) => {
  expect(skeletonOf(one)).toBe(skeletonOf(other));
});

test.each([
  ['exif-reader', 'exif-writer'],
  ['time-and-sun', 'time-and-place'],
  ['gps-redactor', 'face-redactor'],
])('%s and %s are names of their own', (one, other) => {
  expect(skeletonOf(one)).not.toBe(skeletonOf(other));
  expect(isOneSlip(one, other)).toBe(false);
});

test.each([
  ['exif-reader', 'exif-reeder'],
  ['exif-reader', 'exif-readers'],
  ['exif-reader', 'exif-reder'],
  ['exif-reader', 'exif-raeder'],
])('%s is one slip away from %s', (one, other) => {
  expect(isOneSlip(one, other)).toBe(true);
  expect(isOneSlip(other, one)).toBe(true);
});

test('a name is no slip of itself', () => {
  expect(isOneSlip('exif-reader', 'exif-reader')).toBe(false);
});
