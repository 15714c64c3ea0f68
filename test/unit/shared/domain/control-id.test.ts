import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlKey, labelFromId } from '../../../../shared/domain/control-id.ts';

describe('a control is found by its id in any spelling', () => {
  test.each([
    ['AC-2(1)', 'ac-2.1'],
    ['ac-2.1', 'ac-2.1'],
    ['AC-02(01)', 'ac-2.1'],
    ['ac-2 (1)', 'ac-2.1'],
    ['AC–2(1)', 'ac-2.1'],
    ['AC‑2 ( 1 )', 'ac-2.1'],
    ['AC 2 (1)', 'ac-2.1'],
    ['ＡＣ-２(１)', 'ac-2.1'],
    ['#ac-2.1', 'ac-2.1'],
    ['AC-2(1)(a)', 'ac-2.1.a'],
    ['ac-10', 'ac-10'],
    ['A.5.1', 'a.5.1'],
    ['a.5.10', 'a.5.10'],
    ['CC6.1', 'cc6.1'],
    ['SV-230221', 'sv-230221'],
    ['V-230221', 'v-230221'],
    ['SV-230221r858734_rule', 'sv-230221r858734_rule'],
    ['OPS.1.1.2.A1', 'ops.1.1.2.a1'],
    ['ism-0039', 'ism-39'],
    ['ISM-0039', 'ism-39'],
    ['GC.1.1', 'gc.1.1'],
    ['ism-principle-gov-01', 'ism-principle-gov-1'],
    ['PR.AC-1', 'pr.ac-1'],
    ['1.0', '1.0'],
    ['', ''],
  ])('%s is %s', (written, key) => {
    expect(controlKey(written)).toBe(key);
  });

  test('neighbours stay apart', () => {
    const ids = ['AC-2', 'AC-20', 'AC-2(1)', 'AC-2(10)', 'AC-21', 'A.5.1', 'A.5.10', 'A.51', 'CC6.1', 'CC61'];
    expect(new Set(ids.map(controlKey)).size).toBe(ids.length);
  });

  test('a key is its own key', () => {
    const piece = fc.constantFrom('AC', 'a', '-', '.', '(', ')', '0', '01', '10', ' ', '_', '#', 'ß', '–');
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (written) => {
        const key = controlKey(written);
        expect(controlKey(key)).toBe(key);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('a source without labels is shown in its own style', () => {
  test.each([
    ['ac-2', 'AC-2'],
    ['ac-2.1', 'AC-2(1)'],
    ['sa-4.3.1', 'SA-4(3)(1)'],
    ['ism-0039', 'ism-0039'],
    ['OPS.1.1.2.A1', 'OPS.1.1.2.A1'],
    ['s1.1.1', 's1.1.1'],
  ])('%s is shown as %s', (id, label) => {
    expect(labelFromId(id)).toBe(label);
  });
});
