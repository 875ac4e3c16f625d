#!/usr/bin/env node
// Plain JavaScript: it runs on the machine's own Node and hands its arguments over to Node 24, as in `proofpix-node --test`.
import { runNode } from '../../scripts/node.mjs';

runNode(process.argv.slice(2));
