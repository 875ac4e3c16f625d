#!/usr/bin/env node
// Plain JavaScript: it runs on the machine's own Node and hands over to Node 24.
import { fileURLToPath } from 'node:url';
import { runNode } from '../../scripts/node.mjs';

runNode([fileURLToPath(new URL('../src/main.ts', import.meta.url)), ...process.argv.slice(2)]);
