import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Builds the pages into `ui/dist`, from which the API serves them. `vite ui` serves them for development, with an API at
 * 127.0.0.1:8000.
 */
export default defineConfig(({ command }) => {
  // Vite leaves a NODE_ENV that is set, and a test's would bring React's slow and large build for development.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    root: import.meta.dirname,
    plugins: [react(), preloadSearchPage(), precompress()],
    server: {
      host: '127.0.0.1',
      port: 3000,
      proxy: Object.fromEntries(
        ['/api', '/contribute.json', '^/docs/.*[.](md|png)$'].map((path) => [path, 'http://127.0.0.1:8000']),
      ),
    },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      // The page's policy allows `data:` only for images.
      assetsInlineLimit: 0,
      rolldownOptions: {
        output: {
          // The API serves a file as immutable when its name holds eight hexadecimal digits.
          hashCharacters: 'hex',
          entryFileNames: 'assets/[name].[hash:8].js',
          chunkFileNames: 'assets/[name].[hash:8].js',
          assetFileNames: 'assets/[name].[hash:8][extname]',
          // Few files: what the first search needs, React, and a file for each page.
          codeSplitting: {
            groups: [
              { name: 'start', tags: ['$initial'] },
              { name: 'react', test: /\/node_modules\/(react|react-dom|scheduler)\// },
            ],
          },
        },
      },
    },
  };
});

/** Lets the browser fetch the scripts of the search page at once instead of when the first one imports them. */
function preloadSearchPage(): Plugin {
  return {
    name: 'preload-search-page',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const wanted = new Set<string>();
        const add = (fileName: string) => {
          const chunk = bundle[fileName];
          if (chunk?.type !== 'chunk' || wanted.has(fileName)) return;
          wanted.add(fileName);
          chunk.imports.forEach(add);
        };
        for (const chunk of Object.values(bundle)) {
          const isPart =
            chunk.type === 'chunk' && /\/(search-page|render-page)\.tsx$/.test(chunk.facadeModuleId ?? '');
          if (isPart) add(chunk.fileName);
        }
        return [...wanted]
          .filter((fileName) => !html.includes(fileName))
          .map((fileName) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}

/** Writes each text also as `.br` and `.gz`, which the API serves to browsers that take them. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      // After Vite has put the lists of preloads into the chunks.
      order: 'post',
      async handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          const content = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          if (content.length < 1024) continue;
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
          for (const [ending, source] of [
            ['br', await promisify(brotliCompress)(content, quality)],
            ['gz', await promisify(gzip)(content)],
          ] as const)
            this.emitFile({ type: 'asset', fileName: `${file.fileName}.${ending}`, source });
        }
      },
    },
  };
}
