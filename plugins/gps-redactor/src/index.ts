import { definePlugin } from '@proofpix/sdk/define-plugin';
import { exportPhotos, type Report } from './export-photos.ts';

type Config = { keepMakerNote: boolean; removeTimes: boolean; removeSerials: boolean };

/** Writes a copy of each photo of a report in which no position is left. */
export default definePlugin<Config>({
  hooks: {
    'export:generate': ({ report, options = {} }, ctx) => {
      const chosen = (name: keyof Config): boolean => {
        const option = options[name];
        return typeof option === 'boolean' ? option : ctx.config[name];
      };
      const wanted = {
        makerNote: !chosen('keepMakerNote'),
        times: chosen('removeTimes'),
        serials: chosen('removeSerials'),
      };
      // The host lays the report out; what it holds is checked where it is used.
      return exportPhotos(report as Report, wanted, ctx.files);
    },
  },
});
