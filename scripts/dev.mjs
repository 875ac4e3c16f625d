// Development: the server restarts when its sources change, and Vite serves the web app with hot reload in front of it.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const start = (args) => spawn(findNode(), args, { cwd: root, stdio: 'inherit' });
const children = [
  start(['--watch', '--watch-preserve-output', join(root, 'server/src/main.ts')]),
  // The server's own address: a cookie holds for all ports of a host, so the server's sign-in link signs in here as well.
  start([join(root, 'node_modules/vite/bin/vite.js'), join(root, 'web'), '--host', '127.0.0.1']),
];
console.log('Sign in with the link of the server, then open http://127.0.0.1:5173.');
const stop = () => children.forEach((child) => child.kill('SIGTERM'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
for (const child of children) {
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0;
    stop();
  });
}
