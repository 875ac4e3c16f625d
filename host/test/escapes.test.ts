import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { callOf, install, openHost, processing } from './open-host.ts';

// From the root of the project, beside which the corpora lie.
const folder = new URL('../../../shared/corpora/escapes/', import.meta.url);
const isThere = existsSync(new URL('index.json', folder));
if (!isThere) console.log('Skipped: ../shared/corpora/escapes is not here, so known sandbox escapes are not tried.');

type Sample = { file: string; technique: string; kind: 'escape' | 'dos' };

// Written by us beside the samples: {file, technique, kind}.
const samples = isThere ? (JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as Sample[]) : [];
const atOnce = 4;

describe.skipIf(!isThere)('known escapes', () => {
  it('reach no canary, and neither host nor another plugin suffers', { timeout: 600_000 }, async () => {
    const canary = 'canary-of-the-host';
    vi.stubEnv('SECSCAN_CANARY', canary);
    const prototypes = [Object.prototype, Array.prototype, Function.prototype, Promise.prototype].map((prototype) =>
      Reflect.ownKeys(prototype),
    );
    await using opened = openHost({ spareRunners: 2 });
    const neighbour = processing('return { metadata: { fine: true } };', { limits: { timeout: 30_000 } });
    await opened.host.load(neighbour);

    async function attempt(sample: Sample): Promise<void> {
      const plugin = install({
        code: readFileSync(new URL(sample.file, folder), 'utf8'),
        limits: { timeout: 1_500, memory: 96 },
      });
      const result = await opened.host.load(plugin).then(
        () => opened.host.call(callOf(plugin)),
        (error: unknown) => ({ ok: false, error }),
      );
      const said = JSON.stringify({ result, log: opened.told.log });
      expect(said, sample.file).not.toContain(canary);
      expect(said, sample.file).not.toContain('"escaped":true');
      expect((await opened.host.call(callOf(neighbour))).result, sample.file).toEqual({ metadata: { fine: true } });
      await opened.host.unload(plugin.id);
    }

    const waiting = [...samples];
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let sample = waiting.shift(); sample !== undefined; sample = waiting.shift()) await attempt(sample);
      }),
    );
    expect(
      [Object.prototype, Array.prototype, Function.prototype, Promise.prototype].map((prototype) =>
        Reflect.ownKeys(prototype),
      ),
    ).toEqual(prototypes);
    expect(opened.told.died.some(({ plugin }) => plugin === neighbour.pluginId)).toBe(false);
    expect(samples.length).toBeGreaterThan(80);
  });
});
