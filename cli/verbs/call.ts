import { readFile } from 'node:fs/promises';
import { refuse } from '../../shared/fault.ts';
import { nearest } from '../nearest.ts';
import { type Procedure, procedures } from '../procedures.ts';
import type { Call, Verb } from '../verb.ts';
import type { Client } from '../workbench.ts';

export const call: Verb = {
  summary: 'Calls any procedure of the contract as it stands, JSON in and out',
  words: ['DIR', 'AREA.VERB'],
  flags: { input: { value: "'{…}'|@FILE", summary: 'The input as JSON, or a file that holds it' } },
  async run(request) {
    const procedure = find(request.args.word(1));
    // A procedure that takes an object takes an empty one where nothing has to be said.
    const input = (await readInput(request)) ?? (procedure.input === null ? undefined : {});
    const client =
      procedure.access === 'open'
        ? await request.workbench.client()
        : await request.unlock(request.args.word(0));
    const answer = await invoke(client, procedure, input);
    // A job would end with this process, so its result is the answer.
    const value = procedure.answers === 'job' ? await request.workbench.follow(answer as JobRef) : answer;
    return { value: value ?? null, lines: [JSON.stringify(value ?? null, null, 2)] };
  },
};

interface JobRef {
  readonly job: string;
}

function find(path: string): Procedure {
  const all = procedures();
  const procedure = all.find((one) => one.path === path);
  if (procedure?.answers === 'stream') {
    return refuse({ code: 'usage', detail: `${path} streams without end; it is there for the screens.` });
  }
  if (procedure) return procedure;
  const near = nearest(
    path,
    all.map((one) => one.path),
  );
  return refuse({
    code: 'usage',
    detail: `There is no procedure "${path}".${near ? ` Did you mean "${near}"?` : ''}`,
  });
}

async function readInput({ args, path }: Call): Promise<unknown> {
  const typed = args.text('input');
  if (typed === undefined) return undefined;
  const text = typed.startsWith('@') ? await readText(path(typed.slice(1))) : typed;
  try {
    return JSON.parse(text);
  } catch {
    return refuse({ code: 'usage', detail: '--input is not a JSON document.' });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return refuse({ code: 'not-found', what: 'input file', id: file });
  }
}

/** The path was looked up in the contract, which the client mirrors. */
function invoke(client: Client, { area, verb }: Procedure, input: unknown): Promise<unknown> {
  const callable = Reflect.get(Reflect.get(client, area) as object, verb) as (
    given: unknown,
  ) => Promise<unknown>;
  return callable(input);
}
