import { definePlugin } from '@proofpix/sdk/define-plugin';

/** Gives what no hook may give. */
export default definePlugin({
  hooks: {
    'file:process': (({ options }: { options?: { give?: string } }) => given[options?.give ?? '']) as never,
    'data:analyze': () => ({
      findings: Array.from({ length: 501 }, () => ({
        severity: 'note' as const,
        confidence: 1,
        title: 'x',
        explanation: '',
      })),
    }),
  },
});

const finding = { severity: 'note', confidence: 1, title: 'x', explanation: '' };
const given: { readonly [name: string]: unknown } = {
  text: 'text',
  unknownKey: { metadata: {}, more: 1 },
  metadataList: { metadata: [1] },
  severity: { findings: [{ ...finding, severity: 'fatal' }] },
  confidence: { findings: [{ ...finding, confidence: 2 }] },
  region: { findings: [{ ...finding, region: { x: 0, y: 0, width: 2, height: 1 } }] },
  nothing: undefined,
  null: null,
};
