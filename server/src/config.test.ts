import { expect, test } from 'vitest';
import { rateLimits } from '@proofpix/contract/rate-limits';
import { readConfig } from './config.ts';

const stripe = {
  STRIPE_SECRET_KEY: 'sk_live_secret',
  STRIPE_WEBHOOK_SECRET: 'whsec_secret',
  STRIPE_PRICE_ENTERPRISE: 'price_1',
};

test('limits of requests are those of the contract unless the operator sets another number, 0 for none', () => {
  const usual = Object.fromEntries(Object.entries(rateLimits).map(([name, { requests }]) => [name, requests]));
  expect(readConfig({}).rateLimits).toEqual(usual);
  const set = readConfig({ RATE_LIMIT_PLUGIN_OPERATION: '50', RATE_LIMIT_READING: '0' }).rateLimits;
  expect(set).toEqual({ ...usual, 'plugin-operation': 50, reading: 0 });
  for (const wrong of ['-1', 'many', '1e3', '1000001']) {
    expect(() => readConfig({ RATE_LIMIT_HOOK: wrong })).toThrow(/^RATE_LIMIT_HOOK must be/);
  }
});

test('Stripe is set wholly or not at all, and its keys are in no message', () => {
  expect(readConfig({}).stripe).toBeUndefined();
  expect(readConfig(stripe).stripe).toMatchObject({
    apiUrl: 'https://api.stripe.com',
    prices: { enterprise: 'price_1' },
  });
  for (const name of Object.keys(stripe)) {
    const { [name as keyof typeof stripe]: _left, ...rest } = stripe; // its keys
    expect(() => readConfig(rest)).toThrow(/belong together/);
    expect(() => readConfig(rest)).not.toThrow(/secret/);
  }
  expect(() => readConfig({ ...stripe, STRIPE_API_URL: 'ftp://stripe' })).toThrow(/^STRIPE_API_URL/);
});

test('an address of Redis that is none is refused without being repeated', () => {
  expect(readConfig({ REDIS_URL: 'rediss://:password@redis.example:6380/2' }).redisUrl).toContain('redis.example');
  for (const wrong of ['http://:password@redis', 'password', 'redis://']) {
    expect(() => readConfig({ REDIS_URL: wrong })).toThrow(/^REDIS_URL must be/);
    expect(() => readConfig({ REDIS_URL: wrong })).not.toThrow(/:password@redis[^:]/);
  }
});

test('another marketplace is asked over TLS, unless it is on this machine, and a root needs one', () => {
  expect(readConfig({}).marketplace).toBeUndefined();
  for (const url of [
    'https://market.example.org',
    'http://127.0.0.1:8788',
    'http://localhost:8788',
    'http://[::1]:8788',
  ])
    expect(readConfig({ MARKETPLACE_URL: `${url}/` }).marketplace).toEqual({ url, rootFile: undefined });
  for (const wrong of [
    'http://market.example.org',
    'market.example.org',
    'https://market.example.org/path',
    'ftp://a.b',
  ])
    expect(() => readConfig({ MARKETPLACE_URL: wrong }), wrong).toThrow(/^MARKETPLACE_URL must/);
  expect(() => readConfig({ MARKETPLACE_ROOT: '/root.json' })).toThrow(/needs MARKETPLACE_URL/);
});
