export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One line of JSON for each event. Nothing that is secret is ever handed to it: no header, no body, no query. */
export interface Log {
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
}

export function jsonLog(write: (line: string) => void, now: () => Date): Log {
  const at =
    (level: string) =>
    (event: string, facts: LogFacts = {}) =>
      write(`${JSON.stringify({ at: now().toISOString(), level, event, ...facts })}\n`);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** Lines of one turn go out together: a write to a pipe holds everything up. */
export function together(write: (text: string) => void): (line: string) => void {
  let waiting = '';
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  process.once('exit', flush);
  return (line) => {
    if (waiting === '') setImmediate(flush);
    waiting += line;
  };
}
