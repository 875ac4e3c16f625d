import { expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer } from '../test/start-server.ts';

test('a first start installs and loads every first-party plugin that needs nobody outside, and no connector', async () => {
  await using server = await startServer({ firstPlugins: true });
  const { items } = await server.call(routes.plugins.list, { query: { limit: 100 } });
  expect(items.map(({ id, state }) => `${id} ${state}`).sort()).toEqual(
    [
      'content-credentials',
      'evidence-hash',
      'exif-reader',
      'gps-redactor',
      'jpeg-structure',
      'metadata-consistency',
      'photo-fingerprint',
      'report-data',
      'report-pdf',
      'thumbnail-check',
      'time-and-sun',
    ].map((id) => `${id} loaded`),
  );
  expect(items.filter(({ permissions }) => permissions.some(({ decision }) => decision !== 'granted'))).toEqual([]);
}, 120_000);
