import { definePlugin } from '@proofpix/sdk/define-plugin';
import { readExifTime } from './read-exif-time.ts';

type Config = { minutes: number };

export default definePlugin<Config>({
  hooks: {
    'data:analyze': ({ metadata }, ctx) => {
      const taken = readExifTime(metadata.DateTimeOriginal);
      const changed = readExifTime(metadata.ModifyDate);
      if (taken === null || changed === null) return {};
      const minutes = Math.round((changed - taken) / 60_000);
      if (minutes <= ctx.config.minutes) return {};
      return {
        findings: [
          {
            severity: 'possible',
            confidence: 0.6,
            question: 'edited',
            title: `Saved again ${minutes} minutes after it was taken`,
            explanation: 'A program changed the file after the camera wrote it. It need not have changed the picture.',
            evidence: { DateTimeOriginal: metadata.DateTimeOriginal ?? null, ModifyDate: metadata.ModifyDate ?? null },
          },
        ],
      };
    },
  },
});
