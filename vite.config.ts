/** How the control panel is built: `src/web/` becomes static files in `dist/web/`, which the arena serves at `/`. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/web',
  base: './',
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The first of each that know `light-dark()`.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
  },
  logLevel: 'warn',
});
