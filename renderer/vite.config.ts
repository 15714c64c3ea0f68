import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { withVerifierPage } from '../verifier/page.ts';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react(), withVerifierPage()],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
    emptyOutDir: true,
    // The content security policy allows fonts and scripts from the page's own origin only, never as data URLs.
    assetsInlineLimit: 0,
    // One local page that loads from disk: splitting it would only add requests.
    chunkSizeWarningLimit: 2000,
  },
});
