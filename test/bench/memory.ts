import { readdirSync, readFileSync } from 'node:fs';

interface Status {
  readonly parent: number;
  readonly peakMb: number;
}

function statusOf(pid: number): Status | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const figure = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return { parent: figure('PPid'), peakMb: figure('VmHWM') / 1024 };
  } catch {
    return null;
  }
}

/** The peaks of all processes that a process started, and that are still there, together in MB; 0 where there is no /proc. */
export function memoryBelow(pid: number): number {
  let known: Map<number, Status>;
  try {
    const pids = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    known = new Map(
      pids
        .flatMap((one) => [[one, statusOf(one)] as const])
        .filter((pair): pair is [number, Status] => pair[1] !== null),
    );
  } catch {
    return 0;
  }
  const below = new Set([pid]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [one, { parent }] of known)
      if (below.has(parent) && !below.has(one)) {
        below.add(one);
        grew = true;
      }
  }
  below.delete(pid);
  return Math.round([...below].reduce((sum, one) => sum + (known.get(one)?.peakMb ?? 0), 0));
}
