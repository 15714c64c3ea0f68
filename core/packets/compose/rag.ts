import type { PacketFigures } from '../../../shared/domain/programme/packet-content.ts';
import { resultMark } from '../../binder/compose/marks.ts';
import { num } from '../../binder/compose/pdf-objects.ts';
import { INK, type Ink } from '../../binder/compose/style.ts';
import { path } from './type.ts';

export type RagWord = PacketFigures['overall']['rag'];

export const RAG_INK: Readonly<Record<RagWord, Ink>> = {
  red: 'alarm',
  amber: 'amber',
  green: 'seal',
  none: 'faint',
};

export const RAG_WORDS: Readonly<Record<RagWord, string>> = {
  red: 'Red',
  amber: 'Amber',
  green: 'Green',
  none: 'No data',
};

/** Paler grounds of the same colours; light enough for black text, apart in grey as well. */
export const RAG_GROUND: Readonly<Record<RagWord, string>> = {
  red: '0.985 0.918 0.910',
  amber: '0.992 0.953 0.878',
  green: '0.925 0.968 0.952',
  none: '0.965 0.967 0.969',
};

/** By severity, from P0 on: the darker, the worse, so that a grey print keeps the order. */
export const SEVERITY_GROUND: readonly string[] = [
  '0.890 0.560 0.530',
  '0.957 0.745 0.620',
  '0.985 0.890 0.720',
  '0.950 0.960 0.945',
];

/** A disc with a check, a triangle with an exclamation mark, a diamond with a cross, a ring: told apart by shape. */
export function ragMark(rag: RagWord, x: number, y: number, r: number): string {
  if (rag === 'green') return resultMark('satisfied', x, y, r);
  if (rag === 'red') return resultMark('not-satisfied', x, y, r);
  return rag === 'none' ? resultMark('not-reviewed', x, y, r) : triangle(x, y, r);
}

function triangle(x: number, y: number, r: number): string {
  const corners = path([
    [x, y - r * 1.05],
    [x + r * 1.15, y + r * 0.92],
    [x - r * 1.15, y + r * 0.92],
  ]);
  const stroke = `${INK.amber} RG ${num(r * 0.25)} w 1 j`;
  const bar = path([
    [x, y - r * 0.32],
    [x, y + r * 0.24],
  ]);
  const dot = path([
    [x, y + r * 0.6],
    [x, y + r * 0.61],
  ]);
  return `q ${INK.amber} rg ${stroke} ${corners} h B ${INK.paper} RG ${num(r * 0.28)} w 1 J ${bar} S ${dot} S Q`;
}
