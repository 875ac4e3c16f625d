// Development: the server restarts when its sources change, and Vite serves the web app with hot reload in front of it.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const start = (args) => spawn(findNode(), args, { cwd: root, stdio: 'inherit' });
const children = [
  start(['--watch', '--watch-preserve-output', join(root, 'server/src/main.ts')]),
  start([join(root, 'node_modules/vite/bin/vite.js'), join(root, 'web')]),
];
const stop = () => children.forEach((child) => child.kill('SIGTERM'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
for (const child of children) {
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0;
    stop();
  });
}
