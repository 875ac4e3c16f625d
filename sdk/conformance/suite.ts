import assert from 'node:assert/strict';
import type { Json } from '@proofpix/contract/json';
import { Problem } from '@proofpix/contract/errors';
import type { HookResult } from '@proofpix/contract/runs';
import { samplePhoto } from '../src/sample-photo.ts';
import { idOf, manifestOf, packagePlugin, type PluginSpec } from './package-plugin.ts';
import type { InstallWish, Photo, Target } from './target.ts';

export type Case = (trial: Trial) => Promise<void>;

/** Cases about one plugin, which is installed before the first and uninstalled after the last. */
export type Suite = {
  name: string;
  plugin: PluginSpec;
  config?: InstallWish['config'];
  /** Its plugins ask the internet, which somebody has to answer. */
  needsOutside?: boolean;
  cases: Readonly<Record<string, Case>>;
};

export const photo: Photo = { name: 'lake.jpg', bytes: samplePhoto() };

/** What a case works with. */
export class Trial {
  readonly target: Target;
  readonly id: string;
  readonly #opened: AsyncDisposableStack;

  constructor(target: Target, plugin: PluginSpec, opened: AsyncDisposableStack) {
    this.target = target;
    this.id = idOf(plugin);
    this.#opened = opened;
  }

  /** Has the plugin do one of its acts, in its custom hook. */
  async act(name: string, args: Json = null, id = this.id): Promise<HookResult> {
    const [result] = await this.target.call(`${id}:act`, { plugins: [id], data: { act: name, args } });
    return result ?? assert.fail(`${id} did not answer.`);
  }

  /** What the act gave. */
  async value(name: string, args: Json = null, id = this.id): Promise<Json> {
    const result = await this.act(name, args, id);
    assert.equal(result.error, undefined, JSON.stringify(result.error));
    return (result.result as { value?: Json }).value ?? null; // what acts give: see plugins/
  }

  /** The same in `file:process`, with a photo. */
  async process(name: string, args: Json = null): Promise<HookResult> {
    const wish = { plugins: [this.id], photo, options: { act: name, args } };
    const [result] = await this.target.call('file:process', wish);
    return result ?? assert.fail(`${this.id} did not answer.`);
  }

  async processed(name: string, args: Json = null): Promise<Json> {
    const result = await this.process(name, args);
    assert.equal(result.error, undefined, JSON.stringify(result.error));
    return (result.result as { metadata?: { value?: Json } }).metadata?.value ?? null; // what acts give
  }

  /** Another plugin, until the case is over. */
  async install(plugin: PluginSpec, config?: InstallWish['config']): Promise<Trial> {
    await install(this.target, plugin, config, this.#opened);
    return new Trial(this.target, plugin, this.#opened);
  }
}

export async function install(
  target: Target,
  plugin: PluginSpec,
  config: InstallWish['config'],
  opened: AsyncDisposableStack,
): Promise<void> {
  const wish = { grants: plugin.grants ?? manifestOf(plugin).permissions ?? [] };
  await target.install(await packagePlugin(plugin), config === undefined ? wish : { ...wish, config });
  opened.defer(() =>
    target.uninstall(idOf(plugin)).catch((error: unknown) => {
      // A case may have uninstalled it itself.
      if (!(error instanceof Problem && error.code === 'plugin_not_found')) throw error;
    }),
  );
}

/** The refusal that the work ends with, as plain values. */
export async function problemOf(work: Promise<unknown>): Promise<Pick<Problem, 'code' | 'message' | 'fields'>> {
  const error = await work.then(
    () => assert.fail('It was not refused.'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof Problem)) throw error;
  const { code, message, fields } = error;
  return { code, message, fields };
}

/** Every part of `expected` is there. */
export function includes(actual: unknown, expected: object): void {
  assert.partialDeepStrictEqual(actual, expected);
}
