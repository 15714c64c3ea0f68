import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the verifier takes from Node, and what stands for it in the browser. */
const PLATFORM: Readonly<Record<string, string>> = {
  'node:crypto': at('./platform/crypto.ts'),
  'node:fs/promises': at('./platform/files.ts'),
};
const INFLATE = at('../core/binder/verify/pdf/inflate.ts');

const platform: Plugin = {
  name: 'bindery-verifier-platform',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (source in PLATFORM) return PLATFORM[source];
    if (source.startsWith('node:'))
      throw new Error(`The verifier page has nothing that stands for ${source}.`);
    if (!source.endsWith('/inflate.ts')) return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found?.id === INFLATE ? at('./platform/inflate.ts') : found;
  },
};

/** Builds the page that verifies binders: one file with everything in it, which may load nothing else. */
export async function verifierPage(): Promise<string> {
  const built = await build({
    configFile: false,
    root: at('.'),
    logLevel: 'warn',
    plugins: [platform],
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: { input: at('./main.ts') },
      modulePreload: false,
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('Nothing was built.');
  const [chunk, ...others] = output.output;
  if (others.length > 0) throw new Error('The page has to be one script.');
  const { version } = JSON.parse(await readFile(at('../package.json'), 'utf8')) as { version: string };
  // Inside of a page these would end the script, or begin one that never ends.
  const script = chunk.code.replace(/<(?=\/script|!--|script)/gi, '\\x3c');
  const style = await readFile(at('./page.css'), 'utf8');
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  const parts: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    style: `<style>${style}</style>`,
    version,
    script: `<script type="module">${script}</script>`,
  };
  const template = await readFile(at('./page.html'), 'utf8');
  return template.replace(/<!-- (\w+) -->/g, (_, name: string) => parts[name] ?? '');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Puts the page beside the screens. */
export function withVerifierPage(): Plugin {
  return {
    name: 'bindery-verifier-page',
    apply: 'build',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'verifier.html', source: await verifierPage() });
    },
  };
}
