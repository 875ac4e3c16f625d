import react from '@vitejs/plugin-react';
import { defineConfig, type ProxyOptions } from 'vite';
import { slimContract } from './build/slim-contract.ts';
import { themeScript } from './build/theme-script.ts';

const server = 'http://127.0.0.1:8787';

/** The server answers only for its own name and origin: towards it the development server speaks as it. */
const proxy: ProxyOptions = {
  target: server,
  changeOrigin: true,
  ws: true,
  configure(proxyServer) {
    proxyServer.on('proxyReq', (request) => {
      if (request.hasHeader('origin')) request.setHeader('origin', server);
    });
    proxyServer.on('proxyReqWs', (request) => request.setHeader('origin', server));
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [slimContract(), themeScript(), react()],
  server: { proxy: { '/api': proxy, '/docs': proxy } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing inlined as data: one policy for all files, and each is cached on its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The outline of all countries is larger; it is loaded when somebody looks closer at a map.
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      // Building a schema has no effect but the schema: those that nobody uses go, and typebox with them.
      treeshake: { manualPureFunctions: ['Type'] },
    },
  },
});
