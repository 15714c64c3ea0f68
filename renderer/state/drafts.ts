/** How a text that is being typed gets to the core. */
export type DraftState =
  | { readonly kind: 'saved'; readonly at: number | null }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly error: unknown };

interface Draft {
  value: string;
  save: (value: string) => Promise<unknown>;
  state: DraftState;
  timer: ReturnType<typeof setTimeout> | undefined;
  running: Promise<void> | undefined;
}

const PAUSE_MS = 700;

/**
 * Texts typed and not yet stored, by field. They live outside the components, so moving to the next record,
 * closing a panel or locking never drops a keystroke: what is here is saved, or still here.
 */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The unsaved text of a field, if there is one. */
  value(key: string): string | undefined {
    return this.#drafts.get(key)?.value;
  }

  state(key: string): DraftState | undefined {
    return this.#drafts.get(key)?.state;
  }

  type(key: string, value: string, save: (value: string) => Promise<unknown>): void {
    const draft = this.#drafts.get(key) ?? {
      value,
      save,
      state: { kind: 'waiting' },
      timer: undefined,
      running: undefined,
    };
    clearTimeout(draft.timer);
    Object.assign(draft, { value, save, state: { kind: 'waiting' } });
    draft.timer = setTimeout(() => void this.flush(key), PAUSE_MS);
    this.#drafts.set(key, draft);
    this.#tell();
  }

  /** Saves a field now; a text typed meanwhile is saved after it. */
  async flush(key: string): Promise<void> {
    const draft = this.#drafts.get(key);
    if (!draft) return;
    clearTimeout(draft.timer);
    if (draft.running) {
      await draft.running;
      if (draft.state.kind === 'waiting') await this.flush(key);
      return;
    }
    draft.running = this.#store(key, draft).finally(() => {
      draft.running = undefined;
    });
    await draft.running;
    if (this.#drafts.get(key) === draft && draft.state.kind === 'waiting') await this.flush(key);
  }

  /** Saves everything; true when nothing is left unsaved. */
  async flushAll(): Promise<boolean> {
    await Promise.all([...this.#drafts.keys()].map((key) => this.flush(key)));
    return this.#drafts.size === 0;
  }

  async #store(key: string, draft: Draft): Promise<void> {
    const sent = draft.value;
    draft.state = { kind: 'saving' };
    this.#tell();
    try {
      await draft.save(sent);
      if (draft.value === sent) this.#drafts.delete(key);
      else draft.state = { kind: 'waiting' };
    } catch (error) {
      draft.state = { kind: 'failed', error };
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The one set of drafts of this window. */
export const drafts = new Drafts();
