import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const source = fileURLToPath(new URL('../src/theme-before-paint.js', import.meta.url));

/** Puts the script that sets the theme first into the head: as a hashed file when built, as it stands under `vite`. */
export function themeScript(): Plugin {
  let reference: string | undefined;
  return {
    name: 'proofpix-theme-script',
    async buildStart() {
      if (this.environment.mode !== 'build') return;
      const content = await readFile(source, 'utf8');
      reference = this.emitFile({ type: 'asset', name: 'theme.js', source: content });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        const built = Object.keys(context.bundle ?? {}).find((name) => /^assets\/theme-[^/]+\.js$/.test(name));
        const src = reference === undefined ? '/src/theme-before-paint.js' : `/${built}`;
        return [{ tag: 'script', attrs: { src }, injectTo: 'head-prepend' }];
      },
    },
  };
}
