import { execFile } from 'node:child_process';

/** What a tool wrote and how it ended. */
export interface ToolRun {
  readonly code: number;
  /** Standard output and standard error, as the tools mix their verdicts over both. */
  readonly output: string;
}

const PACKAGES = {
  pdfsig: 'poppler-utils',
  pdfdetach: 'poppler-utils',
  pdftotext: 'poppler-utils',
  pdffonts: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  qpdf: 'qpdf',
  mutool: 'mupdf-tools',
  openssl: 'openssl',
  'softhsm2-util': 'softhsm2',
  'pkcs11-tool': 'opensc',
} as const;

/** Runs a program that knows nothing of this product; where it is missing the test fails and says what to install. */
export function runTool(tool: keyof typeof PACKAGES, ...args: readonly string[]): Promise<ToolRun> {
  return new Promise((resolve, reject) => {
    execFile(
      tool,
      args,
      { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' } },
      (error, stdout, stderr) => {
        if (error && 'code' in error && error.code === 'ENOENT') {
          reject(
            new Error(`${tool} is not installed; on Debian it comes with: apt-get install ${PACKAGES[tool]}`),
          );
          return;
        }
        const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
        resolve({ code, output: `${stdout}${stderr}` });
      },
    );
  });
}
