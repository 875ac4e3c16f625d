// Starts the server and ends it on a signal. Imports come late: an older Node must be able to read this file and say so.
import { fileURLToPath } from 'node:url';

const oldestNode = 24;

async function main(): Promise<void> {
  const { enableCompileCache } = await import('node:module');
  // Spares a third of the processor time of a start. Beside the packages, where only those write who may change the code anyway.
  enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/proofpix/code', import.meta.url)));
  const { readConfig, readEnvironment } = await import('./config.ts');
  const { OperatorError } = await import('./operator-error.ts');
  const stop = Promise.withResolvers<void>();
  listenForSignals(stop.resolve);
  try {
    const config = readConfig(readEnvironment());
    const { openData } = await import('./open-data.ts');
    const data = openData(config);
    data.catch(() => {}); // told by `start`, which may not be there yet
    const { start } = await import('./start.ts');
    const server = await start(config, { data, firstPlugins: true });
    server.db.onLost((error) => stop.reject(error));
    // A promise that nobody awaits is a fault of ours, but no reason to end everybody's work.
    process.on('unhandledRejection', (error) =>
      server.log.error({ err: error }, 'a promise failed that nobody awaits'),
    );
    process.on('uncaughtException', (error) => stop.reject(error));
    try {
      const { makeSignInLink } = await import('./features/accounts/first-start.ts');
      console.log(`ProofPix is ready at ${server.url} (${process.uptime().toFixed(1)} s).`);
      console.log(`Sign in: ${await makeSignInLink(server.db, server.url)}`);
      await stop.promise;
    } finally {
      await server[Symbol.asyncDispose]();
    }
  } catch (error) {
    console.error(error instanceof OperatorError ? error.message : error);
    process.exitCode = 1;
  }
}

/** The first signal ends in order, the second at once. */
function listenForSignals(stop: () => void): void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (!stopping) {
      stopping = true;
      return stop();
    }
    for (const name of signals) process.off(name, onSignal);
    process.kill(process.pid, signal);
  };
  for (const name of signals) process.on(name, onSignal);
}

const major = Number(process.versions.node.split('.')[0]);
if (major >= oldestNode) {
  await main();
} else {
  console.error(
    `ProofPix needs Node ${oldestNode} or newer; this is Node ${process.versions.node}. Start it with "npm start", which brings its own.`,
  );
  process.exitCode = 1;
}
