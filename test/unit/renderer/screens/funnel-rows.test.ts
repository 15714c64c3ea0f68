import { expect, test } from 'vitest';
import { funnelRows, lineFoot } from '../../../../renderer/screens/programme/board/funnel-rows.ts';

test('every line of a long stage stands within its own row and within the picture', () => {
  const titles = ['In scope', 'Ready: accepted as met, on evidence that holds', 'Signed by its preparer'];
  const { rows, height } = funnelRows(titles);
  expect(rows.map(({ lines }) => lines.join(' '))).toEqual(titles);
  for (const row of rows)
    for (const line of row.lines.keys()) {
      expect(lineFoot(row, line) - 11).toBeGreaterThanOrEqual(row.y);
      expect(lineFoot(row, line) + 3).toBeLessThanOrEqual(row.y + row.height);
    }
  expect(rows.every((row, index) => row.y + row.height <= (rows[index + 1]?.y ?? height))).toBe(true);
});
