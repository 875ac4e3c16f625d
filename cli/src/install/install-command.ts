import { readFile } from 'node:fs/promises';
import type { Plugin } from '@proofpix/contract/api/plugins';
import type { Json } from '@proofpix/contract/json';
import type { Manifest } from '@proofpix/contract/manifest';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';
import { routes } from '@proofpix/contract/routes';
import { parseStrictJson } from '@proofpix/scanner/parse-json';
import { fromCaller, serverSettings } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { printable, printableJson } from '../printable.ts';
import { didYouMean } from '../suggest.ts';
import { paintFor, progressOn } from '../terminal.ts';
import { ask, canAsk } from './ask.ts';
import { describeRequest, sentenceOf } from './describe-request.ts';
import { readSource } from './read-source.ts';
import { asking, deadline, isExposed, openServer, waitForJob, type Server } from './server.ts';
import { tokenOf } from './token.ts';

export type InstallOptions = {
  server?: string;
  token?: string;
  grant: string[];
  grantRequested: boolean;
  load: boolean;
  config?: string;
  development: boolean;
  acceptReview: boolean;
  json: boolean;
};

type Decision = { grants: Permission[]; refused: Permission[] };

/** Installs through the API, as the web app does; what cannot be installed is refused here, before anything is sent. */
export async function install(path: string, options: InstallOptions): Promise<void> {
  const { archive, fileName, manifest, signature } = await readSource(fromCaller(path));
  const config = options.config === undefined ? undefined : await readConfig(fromCaller(options.config));
  const named = namedGrants(options.grant, manifest);
  const settings = serverSettings();
  const server = openServer(options.server ?? settings.url, await tokenOf(options.token ?? settings.token));
  if (isExposed(server.url)) console.error('Warning: the token goes over the network unencrypted. Use https.');
  const grants = options.grantRequested ? [...(manifest.permissions ?? [])] : (named ?? (await askForGrants(manifest)));
  const decision = grants === undefined ? undefined : decide(grants, manifest);

  const form = new FormData();
  form.set('plugin', new Blob([new Uint8Array(archive)]), fileName);
  if (decision !== undefined) {
    form.set('grants', JSON.stringify(decision.grants));
    form.set('refused', JSON.stringify(decision.refused));
  }
  if (signature !== null) form.set('signature', signature);
  if (options.development) form.set('development', 'true');
  if (options.acceptReview) form.set('acceptReview', 'true');
  let plugin = await send(server, form, manifest.id);
  const params = { id: manifest.id };
  // A package that is installed already changes nothing, and so leaves the grants as they were.
  if (decision !== undefined && !isDecided(plugin, decision))
    plugin = await asking(server, () =>
      server.call(routes.plugins.putGrants, { params, body: decision, signal: deadline() }),
    );
  if (config !== undefined)
    await asking(server, () => server.call(routes.plugins.putConfig, { params, body: { config }, signal: deadline() }));
  if (options.load) plugin = await load(server, plugin, manifest);
  if (plugin.state === 'failed') endWith('found');
  if (options.json) console.log(printableJson(plugin, 2));
  else for (const line of describe(plugin, manifest)) console.log(line);
}

async function readConfig(path: string): Promise<{ readonly [key: string]: Json }> {
  const bytes = await readFile(path);
  let value: Json;
  try {
    value = parseStrictJson(bytes);
  } catch (error) {
    throw new CommandFailure(`${path} ${error instanceof Error ? error.message : 'cannot be read'}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandFailure(`${path} is not a JSON object.`);
  return value as { readonly [key: string]: Json }; // isArray does not take readonly arrays out of the union
}

/** @throws CommandFailure for what is no permission, or not asked for */
function namedGrants(names: readonly string[], manifest: Manifest): Permission[] | undefined {
  if (names.length === 0) return undefined;
  const asked: readonly string[] = manifest.permissions ?? [];
  return names
    .flatMap((list) => list.split(','))
    .map((name) => {
      const permission = permissionNames.find((known) => known === name);
      if (permission === undefined)
        throw new CommandFailure(`"${name}" is no permission.`, { hints: [didYouMean(name, permissionNames)] });
      if (!asked.includes(permission))
        throw new CommandFailure(`The plugin does not ask for "${permission}".`, {
          hints: [`It asks for: ${asked.join(', ') || 'nothing'}.`],
        });
      return permission;
    });
}

/** Naming some refuses the others: a permission that nobody decided on would keep the plugin from being loaded. */
function decide(grants: readonly Permission[], { permissions: asked = [] }: Manifest): Decision {
  return {
    grants: asked.filter((permission) => grants.includes(permission)),
    refused: asked.filter((permission) => !grants.includes(permission)),
  };
}

function isDecided({ permissions }: Plugin, { grants }: Decision): boolean {
  return permissions.every(
    ({ permission, decision }) => decision === (grants.includes(permission) ? 'granted' : 'refused'),
  );
}

/** Undefined: nobody decided. The plugin is installed, and cannot be loaded until somebody does. */
async function askForGrants(manifest: Manifest): Promise<Permission[] | undefined> {
  for (const line of describeRequest(manifest, paintFor(process.stderr))) console.error(line);
  const asked = manifest.permissions ?? [];
  if (asked.length === 0 || !canAsk()) return undefined;
  const answer = (await ask('Grant all of it? [y]es, [n]othing yet, [e]ach one: ')).toLowerCase();
  if (answer.startsWith('y')) return [...asked];
  if (!answer.startsWith('e')) return undefined;
  const granted: Permission[] = [];
  for (const permission of asked)
    if ((await ask(`  ${permission}: ${sentenceOf(permission, manifest)}? [y/N] `)).toLowerCase().startsWith('y'))
      granted.push(permission);
  return granted;
}

async function send(server: Server, form: FormData, id: string): Promise<Plugin> {
  const reply = await asking(server, () => server.call(routes.plugins.install, { form, signal: deadline() }));
  // A job where it takes longer than two seconds.
  if (!('kind' in reply)) return reply;
  const progress = progressOn(process.stderr);
  console.error('The server is at work on it.');
  let looks = 0;
  await waitForJob(server, reply.id, (state) => progress.show((looks += 1) % 24, 24, state));
  progress.clear();
  return asking(server, () => server.call(routes.plugins.get, { params: { id }, signal: deadline() }));
}

/** @throws CommandFailure, with what is still to be decided where that is the reason */
async function load(server: Server, plugin: Plugin, manifest: Manifest): Promise<Plugin> {
  const pending = pendingOf(plugin);
  if (pending.length === 0)
    return asking(server, () => server.call(routes.plugins.load, { params: { id: plugin.id }, signal: deadline() }));
  throw new CommandFailure('It is installed, but not loaded (grants_missing): nobody has decided yet whether it may', {
    exit: 'server',
    hints: [
      ...pending.map((permission) => `${permission}: ${sentenceOf(permission, manifest)}`),
      'Install it again with --grant-requested, or with --grant for some of them, or decide in the web app.',
    ],
  });
}

function pendingOf({ permissions }: Plugin): Permission[] {
  return permissions.filter(({ decision }) => decision === 'pending').map(({ permission }) => permission);
}

function signatureWords({ signature: { state, publisher } }: Plugin): string {
  if (state === 'signed') return `signed by ${publisher}`;
  return state === 'unsigned' ? 'not signed' : state;
}

function describe(plugin: Plugin, manifest: Manifest): string[] {
  const paint = paintFor(process.stdout);
  const pending = pendingOf(plugin);
  return [
    `${plugin.state === 'failed' ? paint.warning('!') : paint.good('✓')} ${paint.strong(plugin.id)} ${plugin.version} is installed, ${plugin.state}.`,
    `  identity ${plugin.digest}`,
    `  ${signatureWords(plugin)}`,
    ...plugin.permissions.map(({ permission, decision }) => `  ${permission.padEnd(10)} ${decision}`),
    ...plugin.warnings.map((warning) => `  ${paint.warning(printable(warning))}`),
    ...(pending.length > 0
      ? [
          `  Before it can be loaded somebody decides: ${pending.map((each) => `${each} (${sentenceOf(each, manifest)})`).join('; ')}.`,
        ]
      : []),
  ];
}
