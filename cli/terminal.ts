import type { ReadStream, WriteStream } from 'node:tty';
import { readable, readableName } from '../shared/domain/spell-out.ts';
import { FaultError } from '../shared/fault.ts';

/** Where the command line speaks: results to `print`, everything else to `tell`. */
export interface Terminal {
  /** Standard output; resolves when the bytes are handed over. */
  print(text: string): Promise<void>;
  /** Standard error, a line. */
  tell(line: string): void;
  /** True where a person can be asked. */
  readonly interactive: boolean;
  /** Asks without echo. */
  ask(question: string): Promise<string>;
  /** Draws how far long work is; nothing when piped. */
  progress(step: string, done: number, total: number | null): void;
  endProgress(): void;
}

/** The terminal of this process. */
export function systemTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const bar = progressBar(stderr);
  return {
    print: (text) => written(stdout, text),
    tell(line) {
      bar.end();
      stderr.write(`${line}\n`);
    },
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    ask: (question) => askHidden(stdin, stderr, question),
    progress: bar.show,
    endProgress: bar.end,
  };
}

/** Waits for the pipe, so that a long document is whole before the process ends; a reader that left is no error. */
function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write(text, () => resolve());
  });
}

const BAR_WIDTH = 24;

function progressBar(stream: WriteStream) {
  let drawn = false;
  return {
    show(step: string, done: number, total: number | null): void {
      if (stream.isTTY !== true) return;
      const share = total !== null && total > 0 ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * BAR_WIDTH);
      const bar = total === null ? '' : `[${'#'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}] `;
      stream.write(`\r\x1b[K${bar}${step.slice(0, (stream.columns || 80) - BAR_WIDTH - 5)}`);
      drawn = true;
    },
    end(): void {
      if (drawn) stream.write('\r\x1b[K');
      drawn = false;
    },
  };
}

/** Reads a line in raw mode, so that nothing of it is echoed; Ctrl-C and Ctrl-D give up. */
export function askHidden(input: ReadStream, output: WriteStream, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (settle: () => void) => {
      input.off('data', read);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const read = (chunk: Buffer) => {
      for (const letter of chunk.toString('utf8')) {
        if (letter === '\r' || letter === '\n') return finish(() => resolve(typed));
        if (letter === '\x03' || letter === '\x04')
          return finish(() => reject(new FaultError({ code: 'cancelled' })));
        if (letter === '\x7f' || letter === '\b') typed = [...typed].slice(0, -1).join('');
        else if (letter >= ' ') typed += letter;
      }
    };
    // Before the question: what a fast typist, or a program, answers at once must not be echoed either.
    input.setRawMode(true);
    output.write(question);
    input.resume();
    input.on('data', read);
  });
}

/**
 * Text of records comes from files nobody here wrote: control characters and direction overrides would let it
 * rewrite what a person sees on the terminal, so they are spelled out, as on the screens and in binders. It stays one
 * line: a line of its own could be taken for a command by the program that reads the output.
 */
export function harmless(text: string): string {
  return readable(text).replaceAll(/[\n\u2028\u2029]+/g, ' ↵ ');
}

/** The same for a name, which stands in one line: a line end or tab in it would forge another. */
export const harmlessName = readableName;
