import type { PacketFigures } from '../../../shared/domain/programme/packet-content.ts';
import { severityFromScore } from '../../../shared/domain/programme/risk-score.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { num } from '../../binder/compose/pdf-objects.ts';
import { INK } from '../../binder/compose/style.ts';
import type { Box } from './page.ts';
import { SEVERITY_GROUND } from './rag.ts';
import { drawLine, inked, rounded, SMALL, tagged, widthOf } from './type.ts';

type Heat = PacketFigures['heat'];

const SEVERITIES = ['P0', 'P1', 'P2', 'P3'];
const groundOf = (severity: string) =>
  SEVERITY_GROUND[SEVERITIES.indexOf(severity)] ?? SEVERITY_GROUND[3] ?? INK.wash;

/** `3 severe risks open`, or that none is. */
export function heatFinding({ bySeverity }: Heat): string {
  const open = bySeverity.reduce((sum, row) => sum + row.open, 0);
  if (bySeverity.every((row) => row.open + row.accepted + row.closed === 0)) return 'No risks recorded';
  const severe = bySeverity
    .filter(({ severity }) => severity === 'P0' || severity === 'P1')
    .reduce((sum, row) => sum + row.open, 0);
  if (open === 0) return 'No risk is open';
  const risks = `${open} ${open === 1 ? 'risk' : 'risks'} open`;
  return severe === 0 ? `${risks}, none severe` : `${risks}, ${severe} of them P0 or P1`;
}

/** Risks that nobody scored have no place on a grid: then they stand by severity. */
export function hasScores({ cells }: Heat): boolean {
  return cells.length > 0;
}

/** A bar for each severity: what is open solid, what was accepted hatched by an outline, what is closed a hair. */
export function drawSeverities(frame: PageFrame, heat: Heat, box: Box): void {
  const rows = heat.bySeverity.filter(
    ({ severity, open, accepted, closed }) => SEVERITIES.includes(severity) || open + accepted + closed > 0,
  );
  const largest = Math.max(1, ...rows.map(({ open, accepted, closed }) => open + accepted + closed));
  const height = Math.min(30, box.height / Math.max(1, rows.length));
  const scale = (box.width - 52) / largest;
  tagged(frame, 'Figure', spoken(heat), () => {
    rows.forEach((row, i) => {
      const y = box.y + i * height + 3;
      drawLine(frame, row.severity, SMALL.strong, box.x, y + 1, 42);
      drawSeverity(frame, row, scale, { x: box.x + 46, y, width: box.width - 46, height: 12 });
    });
  });
}

function drawSeverity(frame: PageFrame, row: Heat['bySeverity'][number], scale: number, box: Box): void {
  const { open, accepted, closed, severity } = row;
  const bar = (from: number, count: number, paint: string) =>
    count > 0 &&
    frame.draw(`${paint} ${num(from)} ${num(box.y)} ${num(count * scale)} ${num(box.height)} re B`);
  bar(box.x, open, `${groundOf(severity)} rg ${INK.text} RG 0.5 w`);
  bar(box.x + open * scale, accepted, `${INK.paper} rg ${INK.quiet} RG 0.5 w`);
  bar(box.x + (open + accepted) * scale, closed, `${INK.wash} rg ${INK.hair} RG 0.5 w`);
  const words = [
    `${open} open`,
    accepted > 0 ? `${accepted} accepted` : '',
    closed > 0 ? `${closed} closed` : '',
  ];
  drawLine(frame, words.filter(Boolean).join(', '), SMALL.note, box.x, box.y + box.height + 1, box.width);
}

const TALLY = 74;

/** Open risks by likelihood and impact, five by five, and beside it how many there are of each severity. */
export function drawHeatMap(frame: PageFrame, heat: Heat, box: Box): void {
  const size = Math.min((box.width - TALLY - 22) / 5, (box.height - 15) / 5);
  const grid = { x: box.x + 12, y: box.y + 4 };
  tagged(frame, 'Figure', spoken(heat), () => {
    for (let likelihood = 1; likelihood <= 5; likelihood++)
      for (let impact = 1; impact <= 5; impact++) {
        const cell = { x: grid.x + (impact - 1) * size, y: grid.y + (5 - likelihood) * size };
        drawCell(frame, heat, likelihood, impact, { ...cell, width: size, height: size });
      }
    for (let step = 1; step <= 5; step++) {
      const centre = grid.y + (5 - step + 0.5) * size - 4.5;
      drawLine(frame, String(step), SMALL.note, box.x, centre, 8, 'end');
      drawLine(frame, String(step), SMALL.note, grid.x + (step - 0.5) * size - 2, grid.y + 5 * size + 2, 12);
    }
    const end = grid.x + 5 * size + 5;
    drawLine(frame, 'Impact', inked(SMALL.note, 'quiet'), end, grid.y + 5 * size + 2, 60);
    drawTally(frame, heat, { x: end + 3, y: grid.y, width: box.x + box.width - end - 3, height: 5 * size });
  });
}

function drawCell(frame: PageFrame, heat: Heat, likelihood: number, impact: number, box: Box): void {
  const { x, y, width: size } = box;
  const found = heat.cells.find((cell) => cell.likelihood === likelihood && cell.impact === impact);
  const ground = groundOf(found?.severity ?? severityFromScore(likelihood * impact));
  frame.draw(`${ground} rg ${rounded(x + 0.8, y + 0.8, size - 1.6, size - 1.6, 2)} f`);
  if (found === undefined || found.risks === 0) return;
  const text = String(found.risks);
  const style = { ...SMALL.strong, size: Math.min(10, size * 0.42), leading: 12, ink: 'paper' } as const;
  const r = Math.min(size / 2 - 2.4, Math.max(6, size * 0.34));
  frame.draw(`${INK.text} rg ${rounded(x + size / 2 - r, y + size / 2 - r, 2 * r, 2 * r, r)} f`);
  const width = widthOf(frame, text, style);
  drawLine(frame, text, style, x + size / 2 - width / 2, y + size / 2 - 6, size);
}

/** Severity by severity: how many are open; small, how many were accepted. */
function drawTally(frame: PageFrame, heat: Heat, { x, y, width }: Box): void {
  drawLine(frame, 'Likelihood ↑', inked(SMALL.note, 'quiet'), x, y - 3, width);
  let top = y + 11;
  for (const { severity, open, accepted } of heat.bySeverity) {
    if (open + accepted === 0 && !SEVERITIES.includes(severity)) continue;
    const known = SEVERITIES.includes(severity);
    frame.draw(
      `${known ? groundOf(severity) : INK.paper} rg ${INK.rule} RG 0.4 w ${num(x)} ${num(top + 1)} 9 9 re B`,
    );
    drawLine(frame, `${known ? severity : 'unrated'}  ${open} open`, SMALL.strong, x + 13, top, width - 13);
    if (accepted > 0) drawLine(frame, `${accepted} accepted`, SMALL.note, x + 13, top + 9.5, width - 13);
    top += accepted > 0 ? 21 : 14;
  }
  const set = heat.cells.filter(isSet).length;
  if (set > 0)
    drawLine(frame, `${set} ${set === 1 ? 'square' : 'squares'} set by hand`, SMALL.note, x, top + 1, width);
  if (set > 0) top += 10;
  if (heat.unscored > 0) drawLine(frame, `${heat.unscored} not scored`, SMALL.note, x, top + 1, width);
}

/** A square whose worst risk a person rated otherwise than its score: it bears the colour of that word. */
const isSet = ({ likelihood, impact, severity }: Heat['cells'][number]) =>
  severity !== severityFromScore(likelihood * impact);

function spoken(heat: Heat): string {
  const cells = heat.cells.map(
    (cell) =>
      `${cell.risks} at likelihood ${cell.likelihood} and impact ${cell.impact}, ${cell.severity}${isSet(cell) ? ' set by hand' : ''}`,
  );
  return [heatFinding(heat), ...cells, heat.unscored > 0 ? `${heat.unscored} not scored` : '']
    .filter(Boolean)
    .join('; ');
}
