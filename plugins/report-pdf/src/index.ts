import { definePlugin } from '@proofpix/sdk/define-plugin';
import { readReport } from '@proofpix/sdk/report';
import { writePdf } from './write-pdf.ts';

/** Writes the report of a run or a case as a PDF. */
export default definePlugin({
  hooks: {
    'export:generate': async ({ report, format }, ctx) => {
      if (format !== 'pdf') throw new Error(`The format ${format} is not pdf.`);
      await ctx.files.write('report.pdf', await writePdf(readReport(report), ctx));
      return null;
    },
  },
});
