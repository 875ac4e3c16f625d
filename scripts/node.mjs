// Hands over to Node 24, which npm brought as an ordinary package. Plain JavaScript: this file runs on whatever Node
// the machine has (20 and up). `.bin/node` is not used because npm before 11.1 does not link it on every platform.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const REQUIRED_MAJOR = 24;

/** The Node 24 binary to run ProofPix with, or undefined where there is none. */
export function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = packagedNode(name, file);
  if (packaged !== undefined && existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) return process.execPath;
  return undefined;
}

/** Wherever npm put it: beside the checkout's other packages, or those of a plugin that uses the published one. */
function packagedNode(name, file) {
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), 'bin', file);
  } catch {
    return undefined;
  }
}

/** Runs Node 24 with the arguments; stdio, signals and the exit code pass through. */
export function runNode(args) {
  const node = findNode();
  if (node === undefined) {
    console.error(
      `ProofPix needs Node ${REQUIRED_MAJOR}. Run "npm install" to bring it, or install Node ${REQUIRED_MAJOR} on ${process.platform} ${process.arch}.`,
    );
    process.exitCode = 1;
    return;
  }
  const PATH = [dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, PATH } });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  child.on('error', (error) => {
    console.error(`Node could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runNode(process.argv.slice(2));
