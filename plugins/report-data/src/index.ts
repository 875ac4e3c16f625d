import { definePlugin } from '@proofpix/sdk/define-plugin';
import { readReport } from '@proofpix/sdk/report';
import { writeCsv } from './write-csv.ts';
import { writeJson } from './write-json.ts';

/** Writes the report as data for other programs. */
export default definePlugin({
  hooks: {
    'export:generate': async ({ report, format, options }, ctx) => {
      const read = readReport(report);
      if (format === 'json') await ctx.files.write('report.json', writeJson(read, ctx.plugin));
      else if (format === 'csv') {
        await ctx.files.write('report.csv', writeCsv(read, { byteOrderMark: options?.byteOrderMark !== false }));
      } else throw new Error(`The format ${format} is not one of json and csv.`);
      return null;
    },
  },
});
