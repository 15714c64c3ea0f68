import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Drafts } from '../../../../renderer/state/drafts.ts';

/** A core that can be slow or gone, and keeps what reached it. */
class Core {
  readonly saved: string[] = [];
  slow = false;
  gone = false;
  release = () => {};

  save = async (value: string): Promise<void> => {
    if (this.slow) await new Promise<void>((resolve) => Object.assign(this, { release: resolve }));
    if (this.gone) throw new Error('no line');
    this.saved.push(value);
  };
}

describe('what is being typed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is saved after a pause, once, with the last keystroke in it', async () => {
    const drafts = new Drafts();
    const core = new Core();
    for (const text of ['a', 'ab', 'abc']) drafts.type('note', text, core.save);
    await vi.advanceTimersByTimeAsync(2000);
    expect(core.saved).toEqual(['abc']);
    expect(drafts.value('note')).toBeUndefined();
  });

  it('is saved again when more was typed while it was on its way', async () => {
    const drafts = new Drafts();
    const core = new Core();
    core.slow = true;
    drafts.type('note', 'first', core.save);
    await vi.advanceTimersByTimeAsync(1000);
    drafts.type('note', 'first and second', core.save);
    core.slow = false;
    core.release();
    await vi.advanceTimersByTimeAsync(2000);
    expect(core.saved).toEqual(['first', 'first and second']);
    expect(drafts.value('note')).toBeUndefined();
  });

  it('is kept when it could not be saved, and goes with the next try', async () => {
    const drafts = new Drafts();
    const core = new Core();
    core.gone = true;
    drafts.type('note', 'precious', core.save);
    expect(await drafts.flushAll()).toBe(false);
    expect(drafts.value('note')).toBe('precious');
    expect(drafts.state('note')?.kind).toBe('failed');
    core.gone = false;
    expect(await drafts.flushAll()).toBe(true);
    expect(core.saved).toEqual(['precious']);
  });

  it('of several fields is all saved before the workspace locks', async () => {
    const drafts = new Drafts();
    const core = new Core();
    drafts.type('one', '1', core.save);
    drafts.type('two', '2', core.save);
    expect(await drafts.flushAll()).toBe(true);
    expect(core.saved.toSorted()).toEqual(['1', '2']);
  });
});
