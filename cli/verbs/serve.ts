import { homeOf } from '../../core/door/home.ts';
import { startBrowserShell } from '../browser-shell/server.ts';
import { crashReport } from '../faults.ts';
import { builtScreens } from '../screens.ts';
import { linkHint, untilStopped } from '../stopping.ts';
import type { Call, Verb } from '../verb.ts';

export const serve: Verb = {
  summary: 'Opens the browser shell on loopback; passphrases are typed in the page',
  words: ['[DIR]'],
  flags: { port: { value: 'N', summary: 'Port; a free one where it is left out' } },
  async run(call) {
    const { args, environment, path, stop, terminal } = call;
    const dir = args.words[0];
    const shell = await startBrowserShell({
      home: homeOf(environment),
      screens: await builtScreens(terminal.tell),
      port: args.whole('port') ?? 0,
      crashed: crashReport(environment.BINDERY_LOG, terminal.tell),
      ...(dir === undefined ? {} : { workspace: path(dir) }),
    });
    try {
      await announce(call, shell.link());
      await untilStopped(stop, () => terminal.tell(shell.link()));
    } finally {
      await shell.close();
    }
    return { value: null, lines: [], silent: true };
  },
};

/** The address is the command's result, and it is needed while the command still runs. */
async function announce({ args, terminal }: Call, url: string): Promise<void> {
  if (args.has('json')) return terminal.print(`${JSON.stringify({ ok: true, value: { url } })}\n`);
  await terminal.print(`Bindery is open at\n\n  ${url}\n\n`);
  terminal.tell(linkHint());
}
