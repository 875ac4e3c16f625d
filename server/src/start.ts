import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { openContext, type Context, type ContextOptions } from './context.ts';
import { prepareFirstStart } from './features/accounts/first-start.ts';
import { installPlugin } from './features/plugins/install-plugin.ts';
import { reportLayers } from './features/server/sandbox.ts';
import { openData, type Data } from './open-data.ts';
import { OperatorError } from './operator-error.ts';

/** Installed in the first organisation, through the same intake as any stranger's. */
const firstPlugins = ['exif-reader'];

export type StartOptions = {
  firstPlugins: boolean;
  checkReplies?: boolean;
  outgoing?: ContextOptions['outgoing'];
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
  });
  try {
    const first = await prepareFirstStart(context.db, {
      plan: config.demoPlan,
      ownerEmail: config.ownerEmail,
      ownerPassword: config.ownerPassword,
    });
    if (first.fresh && options.firstPlugins) await installFirstPlugins(config, context, first);
    await listen(config, context);
    context.host.prepare();
    // Afterwards: a start does not wait for it, unless the operator requires a layer.
    void reportLayers(context.log);
    return { ...context, url: context.url() };
  } catch (error) {
    await context[Symbol.asyncDispose]();
    throw error;
  }
}

async function installFirstPlugins(
  config: Config,
  context: Context,
  owner: { organisationId: string; ownerId: string },
): Promise<void> {
  // Only a first start packs: the others need not load the bundler.
  const { packPlugin } = await import('@proofpix/pack/pack-plugin');
  for (const name of firstPlugins) {
    const packed = await packPlugin(join(config.packageRoot, 'plugins', name));
    await installPlugin(context.plugins, {
      organisationId: owner.organisationId,
      actor: owner.ownerId,
      archive: packed.archive,
      fileName: packed.fileName,
      source: 'bundled',
      publisher: 'proofpix',
      grants: 'requested',
      autoLoad: true,
    });
  }
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
