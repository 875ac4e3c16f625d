import { describe, expect, it } from 'vitest';
import { checkConfigSchema, validateConfig, type ConfigSchema } from '@proofpix/contract/config-schema';

describe('checking a value against the schema of a stranger', () => {
  it(
    'reports the first mistakes of a value with hundreds of thousands, and does not overflow the stack',
    { timeout: 30_000 },
    () => {
      const items: ConfigSchema = { type: 'array', items: { type: 'array', items: { type: 'string' } } };
      expect(validateConfig(items, [Array.from({ length: 200_000 }, () => 1)])).toHaveLength(50);
      expect(
        validateConfig({ type: 'object' }, Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, 1]))),
      ).toHaveLength(50);
    },
  );

  it('writes a large value once, however many values are allowed', () => {
    const schema: ConfigSchema = { type: 'array', enum: Array.from({ length: 10_000 }, () => [1]) };
    expect(checkConfigSchema({ ...schema, enum: schema.enum?.slice(0, 5_000) })).toEqual([]);
    let written = 0;
    const value = Object.assign([1, 2], { toJSON: () => (written += 1) });
    expect(validateConfig(schema, value)).toHaveLength(1);
    expect(written).toBe(1);
  });

  it('names the field that is wrong', () => {
    const schema: ConfigSchema = {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'integer', maximum: 5 } } },
      required: ['name'],
    };
    expect(validateConfig(schema, { list: [1, 9], other: 1 })).toEqual([
      { field: '/name', message: 'is required' },
      { field: '/list/1', message: 'must be at most 5' },
      { field: '/other', message: 'is not a known property' },
    ]);
  });
});
