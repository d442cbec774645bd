import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Builds the search page into `ui/dist`, from where the API serves it. `vite ui` alone serves it for development and
 * sends what is not its own to an API at 127.0.0.1:8000.
 */
export default defineConfig(({ command }) => {
  // Vite leaves a NODE_ENV that is set, and a test's would bring React's slow and large build for development.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    root: import.meta.dirname,
    plugins: [react()],
    server: {
      host: '127.0.0.1',
      port: 3000,
      proxy: { '/api': 'http://127.0.0.1:8000', '/contribute.json': 'http://127.0.0.1:8000' },
    },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      // The policy of the page allows no `data:` but images, and small files are cached better by themselves.
      assetsInlineLimit: 0,
      rollupOptions: {
        output: {
          // The API serves a file as immutable when its name holds eight hexadecimal digits.
          hashCharacters: 'hex',
          entryFileNames: 'assets/[name].[hash:8].js',
          chunkFileNames: 'assets/[name].[hash:8].js',
          assetFileNames: 'assets/[name].[hash:8][extname]',
        },
      },
    },
  };
});
