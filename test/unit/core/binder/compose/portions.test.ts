import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeBinder } from '../../../../../core/binder/compose/compose-binder.ts';
import { portionsOf } from '../../../../../core/binder/compose/text/portions.ts';
import type { BinderModel } from '../../../../../core/binder/model.ts';
import { sampleBinderModel } from '../../../../support/binder-model.ts';

describe('a long text is laid out in portions', () => {
  test.each([
    ['lines', 'A line of its own.\n'.repeat(2000), '\n'],
    ['words', 'word after word '.repeat(2000), ' '],
    ['unspaced writing', '監査の結果を確認しました。'.repeat(2000), ''],
    ['letters with marks', 'e\u0301'.repeat(10_000), ''],
    ['pairs of code units', '😀'.repeat(9000), ''],
  ])('of %s, and nothing is lost', (_what, text, gap) => {
    const portions = [...portionsOf(text)];
    expect(portions.length).toBeGreaterThan(2);
    expect(portions.join(gap)).toBe(text);
    for (const portion of portions) {
      expect(portion.isWellFormed()).toBe(true);
      expect(portion).not.toMatch(/^\p{M}/u);
    }
  });

  test('and a short one whole', () => {
    expect([...portionsOf('short\ntext')]).toEqual(['short\ntext']);
    expect([...portionsOf('')]).toEqual(['']);
  });
});

describe('a note of a megabyte', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bindery-portions-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('can be stopped while it is being laid out', async () => {
    const stop = new AbortController();
    const started = performance.now();
    setTimeout(() => stop.abort(), 300);
    const composing = composeBinder(
      withNote('監査の結果を確認しました。'.repeat(80_000)),
      join(folder, 'b.pdf'),
      {
        signal: stop.signal,
      },
    );
    await expect(composing).rejects.toMatchObject({ fault: { code: 'cancelled' } });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

/** The sample with one assessment's note replaced. */
function withNote(note: string): BinderModel {
  const sample = sampleBinderModel();
  const groups = sample.groups.map((group) => ({
    ...group,
    controls: group.controls.map((control) => ({
      ...control,
      assessments: control.assessments.map((assessment) => ({ ...assessment, note })),
    })),
  }));
  return { ...sample, groups };
}
