import { runCommand, type Surroundings } from '../../cli/run.ts';
import { type Answers, standInCore } from './stand-in-core.ts';

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A terminal nobody sits at, which keeps what was said. */
export interface Said {
  out: string;
  err: string;
  readonly questions: string[];
}

/** Runs a command of the command line over a core that answers as told. */
export async function command(
  argv: readonly string[],
  answers: Answers = {},
  around: Partial<Surroundings> & { readonly typed?: readonly string[]; readonly closed?: () => void } = {},
): Promise<CommandRun & { readonly questions: readonly string[] }> {
  const said: Said = { out: '', err: '', questions: [] };
  const typed = [...(around.typed ?? [])];
  const code = await runCommand(argv, {
    terminal: {
      print: async (text) => {
        said.out += text;
      },
      tell: (line) => {
        said.err += `${line}\n`;
      },
      interactive: around.typed !== undefined,
      ask: async (question) => {
        said.questions.push(question);
        return typed.shift() ?? '';
      },
      progress: () => {},
      endProgress: () => {},
    },
    environment: { BINDERY_PASSPHRASE: 'opens it' },
    folder: '/work-folder',
    createCore: async () => standInCore(answers, {}, around.closed),
    stop: new AbortController().signal,
    ...around,
  });
  return { code, ...said };
}

/** The one JSON document a command printed. */
export function documentOf(run: CommandRun): unknown {
  return JSON.parse(run.out);
}
