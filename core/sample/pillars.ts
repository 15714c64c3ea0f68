import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Method } from '../../shared/domain/results.ts';

/** A piece of evidence that some controls of a pillar lean on, by their numbers. */
const Piece = z.strictObject({
  file: z.string(),
  title: z.string(),
  from: z.int(),
  to: z.int(),
  system: z.string(),
  says: z.array(z.string()),
});
export type Piece = z.infer<typeof Piece>;

/** How the controls of one pillar are worked: by whom, in which weeks, on what evidence. */
const Pillar = z.strictObject({
  prefix: z.string(),
  count: z.int(),
  by: z.enum(['ada', 'jonas']),
  fromWeek: z.int(),
  toWeek: z.int(),
  method: Method,
  notes: z.array(z.string()),
  evidence: z.array(Piece),
});
export type Pillar = z.infer<typeof Pillar>;

const FILE = fileURLToPath(new URL('../../assets/sample/pillars.json', import.meta.url));

export function readPillars(): Pillar[] {
  return z.array(Pillar).parse(JSON.parse(readFileSync(FILE, 'utf8')));
}
