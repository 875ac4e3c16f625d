// Builds the web app into web/dist: hashed files, each beside its compressed forms.
import { join } from 'node:path';
import { build } from 'vite';
import { precompress } from './build/precompress.ts';

const root = import.meta.dirname;
await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
await precompress(join(root, 'dist'));
