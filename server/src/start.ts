import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { openContext, type Context, type ContextOptions } from './context.ts';
import { prepareFirstStart } from './features/accounts/first-start.ts';
import { packBundled } from '@proofpix/pack/pack-bundled';
import { readBundled } from './features/marketplace/read-bundled.ts';
import { installPlugin } from './features/plugins/install-plugin.ts';
import { reportLayers } from './features/server/sandbox.ts';
import { openData, type Data } from './open-data.ts';
import { OperatorError } from './operator-error.ts';
import { systemActor } from './features/audit/record-act.ts';

export type StartOptions = {
  /** True: all that work alone. Or those alone that are named. */
  firstPlugins: boolean | readonly string[];
  checkReplies?: boolean;
  outgoing?: ContextOptions['outgoing'];
  intake?: ContextOptions['intake'];
  /** Where it is being opened already. */
  data?: Promise<Data>;
};

export type Started = Omit<Context, 'url'> & { url: string };

/** Opens everything, makes what is missing on a first start, and listens. @throws OperatorError */
export async function start(config: Config, options: StartOptions): Promise<Started> {
  const version = await productVersion(config);
  const context = await openContext(config, {
    data: options.data ?? openData(config),
    version,
    checkReplies: options.checkReplies ?? false,
    ...(options.outgoing === undefined ? {} : { outgoing: options.outgoing }),
    ...(options.intake === undefined ? {} : { intake: options.intake }),
  });
  try {
    const first = await prepareFirstStart(context.db, {
      plan: config.demoPlan,
      ownerEmail: config.ownerEmail,
      ownerPassword: config.ownerPassword,
    });
    if (first.fresh && options.firstPlugins !== false) {
      const names = options.firstPlugins === true ? await firstPlugins(config, context) : options.firstPlugins;
      await installFirstPlugins(config, context, { ...first, names });
    }
    await listen(config, context);
    context.host.prepare();
    // Afterwards: a start does not wait for it, unless the operator requires a layer.
    // The scanners last: nobody installs in the first second.
    void reportLayers(context.log).then(() => context.intake.prepare());
    context.rescans.beginLater();
    return { ...context, url: context.url() };
  } catch (error) {
    await context[Symbol.asyncDispose]();
    throw error;
  }
}

async function installFirstPlugins(
  config: Config,
  context: Context,
  { organisationId, names }: { organisationId: string; names: readonly string[] },
): Promise<void> {
  const install = async (name: string) => {
    const packed = await packBundled(config.packageRoot, name);
    await installPlugin(context.plugins, {
      organisationId,
      actor: systemActor('first-start'),
      archive: packed.archive,
      fileName: packed.fileName,
      source: 'bundled',
      publisher: 'proofpix',
      grants: 'requested',
      autoLoad: true,
      startsLater: true,
    });
  };
  // Two at a time: reading packages takes the processor, the database mostly waits.
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await install(name);
  };
  await Promise.all([work(), work()]);
}

/**
 * What the first organisation begins with, through the same intake as any stranger's: every first-party plugin that works
 * alone. One that talks to the outside waits until somebody says to whom.
 */
async function firstPlugins({ packageRoot }: Config, { log }: Context): Promise<string[]> {
  const outside: readonly string[] = ['http', 'webhooks', 'oauth'];
  const listings = await readBundled(join(packageRoot, 'plugins'), log);
  return listings
    .filter(({ listing }) => !listing.permissions?.some((permission) => outside.includes(permission)))
    .map(({ archivePath }) => archivePath);
}

async function listen(config: Config, { app }: Context): Promise<void> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code; // node:net throws nothing else
    if (code === 'EADDRINUSE') {
      throw new OperatorError(
        `Port ${config.port} on ${config.host} is in use: end the other program, or set PORT to a free one.`,
        { cause },
      );
    }
    throw new OperatorError(`The server cannot listen on ${config.host}:${config.port} (${code}): set HOST and PORT.`, {
      cause,
    });
  }
}

async function productVersion(config: Config): Promise<string> {
  const text = await readFile(join(config.packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // our own file
}
