import type { CodeRule } from '../rule.ts';

const pools =
  /\bstratum[12]?(?:\+(?:tcp|ssl|tls|udp))?:\/\/|\b(?:coinhive|coin-hive|crypto-?loot|webmine|jsecoin|minexmr|supportxmr|nanopool|2miners|moneroocean|hashvault|nicehash|f2pool|unmineable|xmrpool|minergate|deepminer|coinimp)\b/i;
const programs =
  /\b(?:xmrig|xmr-stak|cpuminer|minerd|cryptonight|randomx|cn-heavy|ethminer|cgminer|bfgminer|ccminer|nbminer|t-rex-miner|phoenixminer)\b/i;
/** Addresses of Monero, which no document contains by chance. */
const wallet = /\b[48][1-9A-HJ-NP-Za-km-z]{94}\b/;

export const miningRule: CodeRule = {
  kind: 'code',
  id: 'mining',
  severity: 'medium',
  explanation:
    'Mining uses the processor of others to make money. Nothing in the work on photos needs pools, wallets or such programs.',
  remedy: 'Remove it.',
  samples: {
    bad: [
      'connect("stratum+tcp://pool.example.org:3333");',
      'const pool = "stratum" + "+ssl://" + host; connect("stratum+ssl://x:1");',
      'start("./xmrig", ["-o", pool]);',
      'load("https://coinhive.com/lib/coinhive.min.js");',
    ],
    good: [
      'const strata = "stratum of rock";',
      'const miner = findMine(map);',
      'const coin = "https://example.org/coins";',
    ],
  },
  check(file, report) {
    for (const { text, node } of file.texts()) {
      if (text.length > 20_000) continue;
      if (pools.test(text)) report(node, { message: 'Names a pool for mining.' });
      else if (programs.test(text))
        report(node, { message: 'Names a program or an algorithm for mining.', confidence: 0.7 });
      else if (wallet.test(text)) report(node, { message: 'Contains what looks like a wallet.', confidence: 0.6 });
    }
  },
};
