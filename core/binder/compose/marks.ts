import type { Result } from '../../../shared/domain/results.ts';
import { num } from './pdf-objects.ts';
import { INK, type Ink } from './style.ts';

/** How each result is told apart without reading: by shape first, by colour second. */
export const RESULT_INK: Readonly<Record<Result, Ink>> = {
  satisfied: 'seal',
  'not-satisfied': 'alarm',
  'not-applicable': 'faint',
  'not-reviewed': 'rule',
};

const KAPPA = 0.5523;

/** A filled disc with a check, a filled diamond with a cross, a ring with a dash, an empty ring. */
export function resultMark(result: Result, centreX: number, centreY: number, radius: number): string {
  const draw = MARKS[result];
  return `q ${draw(centreX, centreY, radius)} Q`;
}

const MARKS: Readonly<Record<Result, (x: number, y: number, r: number) => string>> = {
  satisfied: (x, y, r) =>
    `${INK.seal} rg ${circle(x, y, r)} f ${stroke('paper', r * 0.32)} ${path([
      [x - r * 0.45, y + r * 0.02],
      [x - r * 0.12, y + r * 0.36],
      [x + r * 0.46, y - r * 0.34],
    ])} S`,
  'not-satisfied': (x, y, r) =>
    `${INK.alarm} rg ${path([
      [x, y - r * 1.15],
      [x + r * 1.15, y],
      [x, y + r * 1.15],
      [x - r * 1.15, y],
    ])} h f ${stroke('paper', r * 0.3)} ${cross(x, y, r * 0.36)} S`,
  'not-applicable': (x, y, r) =>
    `${stroke('faint', r * 0.24)} ${circle(x, y, r * 0.88)} S ${path([
      [x - r * 0.42, y],
      [x + r * 0.42, y],
    ])} S`,
  'not-reviewed': (x, y, r) =>
    `${stroke('faint', r * 0.2)} [${num(r * 0.5)} ${num(r * 0.4)}] 0 d ${circle(x, y, r * 0.88)} S`,
};

function stroke(ink: Ink, weight: number): string {
  return `${INK[ink]} RG ${num(weight)} w 1 J 1 j`;
}

function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${num(x)} ${num(y)} ${i === 0 ? 'm' : 'l'}`).join(' ');
}

function cross(x: number, y: number, r: number): string {
  return `${path([
    [x - r, y - r],
    [x + r, y + r],
  ])} ${path([
    [x - r, y + r],
    [x + r, y - r],
  ])}`;
}

function circle(x: number, y: number, r: number): string {
  const k = r * KAPPA;
  const curve = (...n: number[]) => `${n.map(num).join(' ')} c`;
  return [
    `${num(x + r)} ${num(y)} m`,
    curve(x + r, y + k, x + k, y + r, x, y + r),
    curve(x - k, y + r, x - r, y + k, x - r, y),
    curve(x - r, y - k, x - k, y - r, x, y - r),
    curve(x + k, y - r, x + r, y - k, x + r, y),
    'h',
  ].join(' ');
}
