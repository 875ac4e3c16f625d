import { definePlugin } from '@proofpix/sdk/define-plugin';
import { findSeen } from './find-seen.ts';
import { takeFingerprint } from './fingerprint.ts';
import type { Metadata } from './finding.ts';
import { forget, recall, remember } from './memory.ts';

/** Says when a picture was seen before, and remembers it. */
export default definePlugin({
  hooks: {
    'file:process': async ({ file, metadata }, ctx) => {
      const orientation = typeof metadata.Orientation === 'number' ? metadata.Orientation : 1;
      const source = { size: file.size, read: (offset: number, length: number) => ctx.files.read(offset, length) };
      const taken = await takeFingerprint(source, orientation);
      const memory = await recall(ctx.storage);
      const { findings, compared, known, similar } = findSeen({ ...file, fingerprint: taken.fingerprint }, memory);
      if (!known) {
        const at = new Date().toISOString();
        await remember(ctx.storage, { sha256: file.sha256, name: file.name, at, fingerprint: taken.fingerprint ?? [] });
      }
      const photos = `${compared.toLocaleString('en')} ${compared === 1 ? 'photo' : 'photos'}`;
      const found: Metadata = {
        'Fingerprint:Comparison':
          similar > 0
            ? `Seen before: ${similar} of ${photos}`
            : compared === 0
              ? 'No other photos to compare with yet'
              : known
                ? `The same file was seen before; otherwise not in ${photos}`
                : `Not seen before in ${photos}`,
      };
      if (taken.fingerprint === null) found['Fingerprint:NotTaken'] = `${taken.why} Only the file itself is compared.`;
      else {
        found['Fingerprint:Perceptual'] = taken.fingerprint[0]?.slice(0, 16) ?? '';
        found['Fingerprint:Difference'] = taken.fingerprint[0]?.slice(16) ?? '';
      }
      if (memory.total > memory.photos.length) {
        found['Fingerprint:Remembered'] =
          `The last ${memory.photos.length} of ${memory.total} photos: older ones were forgotten`;
      }
      return { metadata: found, findings, looked: compared > 0 ? ['origin'] : [] };
    },
    'data:erase': async ({ event }, ctx) => {
      if (event.kind === 'organisation') for (const key of await ctx.storage.list()) await ctx.storage.delete(key);
      const photos = Array.isArray(event.photos) ? event.photos : [];
      const digests = photos.flatMap((photo) => {
        const sha256 = Object(photo).sha256 as unknown; // each is an object with it
        return typeof sha256 === 'string' ? [sha256] : [];
      });
      if (digests.length > 0) await forget(ctx.storage, new Set(digests));
      return null;
    },
  },
});
