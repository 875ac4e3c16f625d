import { definePlugin } from '@proofpix/sdk/define-plugin';
import { writeMarkdown, type Report } from './write-markdown.ts';

export default definePlugin({
  hooks: {
    'export:generate': async ({ report, format }, ctx) => {
      if (format !== 'markdown') return;
      // The report is the run as GET /api/runs/:id answers it.
      await ctx.files.write('report.md', writeMarkdown(report as Report));
    },
  },
});
