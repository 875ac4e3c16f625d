import { expect, test } from 'vitest';
import type { ConfigSchema } from '@proofpix/contract/config-schema';
import {
  configErrors,
  defaultErrors,
  fillDefaults,
  fitConfig,
  putSecrets,
  secretHandle,
  takeSecrets,
} from '../src/plugin-config.ts';

const schema: ConfigSchema = {
  type: 'object',
  required: ['db'],
  properties: {
    size: { type: 'integer', default: 3 },
    db: {
      type: 'object',
      required: ['host'],
      properties: {
        host: { type: 'string' },
        port: { type: 'integer', default: 5432 },
        password: { type: 'string', writeOnly: true, default: 'x' },
      },
    },
    tuning: { type: 'object', properties: { fast: { type: 'boolean', default: true } } },
  },
};

test('defaults fill what is missing at every depth, and never make an optional object that its own schema refuses', () => {
  expect(fillDefaults(schema, {})).toEqual({ size: 3, tuning: { fast: true } });
  expect(fillDefaults(schema, { db: { host: 'a' }, size: 0 })).toEqual({
    db: { host: 'a', port: 5432 },
    size: 0,
    tuning: { fast: true },
  });
});

test('secrets go out and back in at their place, and only where the object around them is there', () => {
  const taken = takeSecrets(schema, { db: { host: 'a', password: 'p' } });
  expect(taken).toMatchObject({ config: { db: { host: 'a' } }, secrets: { '/db/password': 'p' } });
  expect(putSecrets(schema, taken.config, taken.secrets)).toEqual({ db: { host: 'a', password: 'p' } });
  expect(putSecrets(schema, {}, taken.secrets)).toEqual({});
  expect(takeSecrets(schema, { db: { password: { no: 1 } } })).toMatchObject({
    config: { db: {} },
    secrets: {},
    wrong: [{ field: '/db/password' }],
  });
});

test('names of object internals are ordinary unknown properties', () => {
  for (const text of ['{"__proto__":{"size":1}}', '{"constructor":1}', '{"toString":1}']) {
    expect(configErrors(schema, JSON.parse(text))).toContainEqual(
      expect.objectContaining({ message: 'is not a known property' }),
    );
  }
  expect(({} as { size?: number }).size).toBe(undefined);
});

test('a configuration nested so deep that walking it would end the process is refused first', () => {
  const deep = JSON.parse(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
  expect(configErrors(schema, deep)).toMatchObject([{ message: expect.stringContaining('nested deeper') }]);
});

test('after an update only values that still fit are handed out', () => {
  expect(fitConfig(schema, { size: 'big', gone: 1, db: { host: 'a' } })).toEqual({
    size: 3,
    db: { host: 'a', port: 5432 },
    tuning: { fast: true },
  });
});

test('defaults that the schema itself excludes are named', () => {
  const wrong: ConfigSchema = { type: 'object', properties: { size: { type: 'integer', maximum: 2, default: 3 } } };
  expect(defaultErrors(wrong)).toMatchObject([{ field: expect.stringContaining('/size') }]);
  expect(defaultErrors(schema)).toEqual([]);
});

test('a handle tells nothing about the secret and differs between installations', () => {
  expect(secretHandle('a', '/token')).not.toBe(secretHandle('b', '/token'));
  expect(secretHandle('a', '/token')).toBe(secretHandle('a', '/token'));
});
