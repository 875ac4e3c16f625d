import { definePlugin } from '@proofpix/sdk/define-plugin';

/** Gives back, or logs, what each hook of the platform got. */
export default definePlugin({
  hooks: {
    'file:uploaded': (input, ctx) => void ctx.log.info(JSON.stringify({ uploaded: Object.keys(input).sort() })),
    'file:process': ({ file, metadata, options }, ctx) => {
      ctx.log.info(JSON.stringify({ processed: metadata }));
      return {
        metadata: {
          Make: String(options?.make ?? 'Nikon'),
          seen: file.name,
          type: file.type,
          size: file.size,
          sha: file.sha256,
        },
        findings: [
          { severity: 'note', confidence: 0.5, question: 'origin', title: 'From file:process', explanation: '' },
        ],
      };
    },
    'file:processed': ({ run }) => ({ runIsNamed: run.id.length > 0 }),
    'data:analyze': ({ metadata, findings }) => ({
      findings: [
        {
          severity: 'possible',
          confidence: 1,
          title: `Saw ${Object.keys(metadata).length} tags and ${findings.length} findings`,
          explanation: findings.map(({ title }) => title).join(),
          evidence: { make: metadata.Make ?? null },
          region: { x: 0, y: 0.25, width: 0.5, height: 0.5 },
        },
      ],
    }),
    'export:generate': async ({ report, format, options }, ctx) => {
      await ctx.files.write(`report.${format}`, JSON.stringify({ report, options }));
      return { written: true };
    },
    'webhook:received': ({ event }) => ({ got: event }),
    'oauth:authorized': ({ event }) => ({ got: event }),
    'analytics:generated': ({ event }) => ({ got: event }),
    'security:event': ({ event }) => ({ got: event }),
    'data:erase': ({ event }) => ({ got: event }),
  },
});
