import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Problem } from '@proofpix/contract/errors';
import { parseStrictJson } from '@proofpix/scanner/parse-json';
import type { Package } from '@proofpix/scanner/package';
import { listBundledPlugins } from '../bundled-plugins.ts';
import { fromCaller } from '../config.ts';
import { CommandFailure } from '../failure.ts';
import { localConfig, readLocalPlugin, type LocalConfig } from '../installation.ts';
import { didYouMean } from '../suggest.ts';

export type ChosenPlugin = { plugin: Package; config: LocalConfig };
export type Chosen = {
  plugins: ChosenPlugin[];
  /** Digest of the plugins, in order, and of their configurations: the same gives the same results for the same photo. */
  key: string;
};

/**
 * The plugins of a run: the bundled ones that stay on this machine, then those that were named.
 * @throws Problem, CommandFailure
 */
export async function choosePlugins(options: {
  plugin: readonly string[];
  bundled: boolean;
  config: readonly string[];
}): Promise<Chosen> {
  const bundled = await listBundledPlugins();
  const ids = bundled.map(({ id }) => id);
  const paths = options.bundled ? bundled.filter(({ staysHere }) => staysHere).map(({ folder }) => folder) : [];
  for (const named of options.plugin) {
    const path = fromCaller(named);
    const known = bundled.find(({ id }) => id === named);
    if (existsSync(path)) paths.push(path);
    else if (known !== undefined) paths.push(known.folder);
    else
      throw new CommandFailure(`There is no plugin at ${path}, and none of this id comes with ProofPix.`, {
        hints: [didYouMean(named, ids)],
      });
  }
  const packages = new Map<string, Package>();
  // A path that comes twice is one plugin; a plugin of the same id that was named later stands in for the bundled one.
  for (const path of new Set(paths)) {
    const plugin = await readLocalPlugin(path);
    packages.set(plugin.manifest.id, plugin);
  }
  if (packages.size === 0)
    throw new CommandFailure('No plugin was named.', { hints: ['Name one by --plugin, or leave out --no-bundled.'] });
  const configs = await readConfigs(options.config, packages);
  const hash = createHash('sha256');
  const plugins = [...packages].map(([id, plugin]) => {
    const { config, text } = configs.get(id) ?? { config: localConfig(plugin, {}), text: '' };
    hash.update(`${id}\t${plugin.manifest.version}\t${plugin.digest}\t${text.length}\t${text}\n`);
    return { plugin, config };
  });
  return { plugins, key: hash.digest('hex') };
}

async function readConfigs(
  given: readonly string[],
  packages: ReadonlyMap<string, Package>,
): Promise<Map<string, { config: LocalConfig; text: string }>> {
  const configs = new Map<string, { config: LocalConfig; text: string }>();
  for (const each of given) {
    const equals = each.indexOf('=');
    if (equals < 1) throw new CommandFailure(`--config ${each} is not of the form <plugin>=<file>.`);
    const id = each.slice(0, equals);
    const plugin = packages.get(id);
    if (plugin === undefined)
      throw new CommandFailure(`--config names the plugin "${id}", which does not run.`, {
        hints: [didYouMean(id, [...packages.keys()])],
      });
    const file = fromCaller(each.slice(equals + 1));
    const bytes = await readFile(file);
    try {
      configs.set(id, { config: localConfig(plugin, parseStrictJson(bytes)), text: bytes.toString('utf8') });
    } catch (error) {
      if (error instanceof Problem)
        throw new CommandFailure(`${file} does not fit the plugin ${id}.`, {
          hints: error.fields.map(({ field, message }) => `${field} ${message}`),
        });
      throw new CommandFailure(`${file} ${error instanceof Error ? error.message : 'cannot be read'}.`);
    }
  }
  return configs;
}
