/** One measurement: ours and the floor beside it, both in milliseconds over the same amount of work. */
export interface Figures {
  readonly what: string;
  /** What the work is counted in, and how much of it there was. */
  readonly unit: string;
  readonly amount: number;
  readonly ours: readonly number[];
  readonly floorName: string;
  readonly floor: readonly number[];
  /** The peak of the process that did our work, where it had one of its own. */
  readonly peakMb?: number;
}

export interface Row extends Omit<Figures, 'ours' | 'floor' | 'peakMb'> {
  /** Medians in milliseconds for all of the work. */
  readonly oursMs: number;
  readonly floorMs: number;
  /** Ours over the floor, medians. */
  readonly ratio: number;
  readonly perUnit: number;
  readonly peakMb: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function row(figures: Figures): Row {
  const { ours, floor, peakMb, ...rest } = figures;
  const oursMs = median(ours);
  const floorMs = median(floor);
  return {
    ...rest,
    oursMs,
    floorMs,
    ratio: oursMs / floorMs,
    perUnit: oursMs / figures.amount,
    peakMb: peakMb ?? Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Times a piece of work several times; a first run warms up and does not count. */
export async function times(runs: number, work: (run: number) => Promise<void> | void): Promise<number[]> {
  const out: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const start = performance.now();
    await work(run);
    if (run > 0) out.push(performance.now() - start);
  }
  return out;
}

const columns = ['what', 'amount', 'ours', 'per unit', 'floor', 'floor is', 'ratio', 'peak'] as const;

export function table(rows: readonly Row[]): string {
  const cells = rows.map((r) => [
    r.what,
    `${r.amount.toLocaleString('en')} ${r.unit}`,
    `${r.oursMs.toFixed(1)} ms`,
    `${r.perUnit.toPrecision(3)} ms/${r.unit.replace(/s$/, '')}`,
    `${r.floorMs.toFixed(1)} ms`,
    r.floorName,
    `${r.ratio.toFixed(2)}×`,
    `${r.peakMb} MB`,
  ]);
  const all = [[...columns], ...cells];
  const widths = columns.map((_, i) => Math.max(...all.map((line) => (line[i] ?? '').length)));
  return `${all
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
