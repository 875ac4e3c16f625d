import type { CodeRule } from '../rule.ts';

const kinds: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----\s*[A-Za-z0-9+/=\\]/],
  ['an access key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})\b/],
  ['a token of GitLab', /\bglpat-[\w-]{20,}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ['a token of Slack', /\bxox[abposr]-[A-Za-z0-9-]{10,}/],
  ['a key of Google', /\bAIza[\w-]{35}\b/],
  ['a key of an AI service', /\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}/],
  ['a key of SendGrid', /\bSG\.[\w-]{22}\.[\w-]{43}\b/],
];

export const leftSecretRule: CodeRule = {
  kind: 'code',
  id: 'left-secret',
  severity: 'medium',
  explanation: 'A key that stands in a package is known to everyone who downloads it.',
  remedy: 'Withdraw the key, and ask for it with a secret field in configSchema.',
  samples: {
    bad: [
      `const key = "AKIA${'ABCDEFGH'.repeat(2)}";`,
      `const token = "ghp_${'a1B2c3D4e5'.repeat(4)}";`,
      `const stripe = "sk_live_${'a1b2c3d4'.repeat(3)}";`,
      'const pem = `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq`;',
    ],
    good: [
      'const header = "-----BEGIN PRIVATE KEY-----";',
      'const pattern = /AKIA[0-9A-Z]{16}/;',
      'const key = ctx.secrets.get("apiKey");',
      'const id = "sk_test_1";',
    ],
  },
  check(file, report) {
    for (const { text, node } of file.texts()) {
      if (text.length < 20 || text.length > 10_000) continue;
      const kind = kinds.find(([, pattern]) => pattern.test(text));
      if (kind !== undefined) report(node, { message: `Contains what looks like ${kind[0]}.`, confidence: 0.8 });
    }
  },
};
