/** One Ctrl-C can arrive twice: from the terminal, and from the process that handed over to this one. */
const ONE_WISH_MS = 400;

/** Aborts when the person or the machine wants this process to stop; asked again later, the process ends at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let asked = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Nothing half-done is kept: the ledger's transactions see to that.
      if (asked > 0 && Date.now() - asked > ONE_WISH_MS) process.exit(1);
      asked ||= Date.now();
      stop.abort();
    });
  }
  return stop.signal;
}

/** How to get on after the link was used, in the words of where this runs. */
export function linkHint(interactive = process.stdin.isTTY === true): string {
  return interactive
    ? 'The link works once. Press Enter for a new one, Ctrl-C to lock and stop.'
    : 'The link works once. Stop this process to lock, and start it again for a new link.';
}

/** Waits for the end; on a terminal, Enter asks for a fresh link (a page that was reloaded needs one). */
export function untilStopped(stop: AbortSignal, freshLink: () => void): Promise<void> {
  return new Promise((resolve) => {
    const { stdin } = process;
    if (stdin.isTTY === true) stdin.on('data', freshLink);
    const end = () => {
      stdin.off('data', freshLink);
      stdin.pause();
      resolve();
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
}
