import type { VerifyProblem } from '../../../shared/domain/binder.ts';

/** Every kind of thing that makes a binder invalid. */
export type ProblemCode =
  | 'not-signed'
  | 'not-a-binder'
  | 'encrypted'
  | 'damaged-structure'
  | 'damaged-object'
  | 'hidden-bytes'
  | 'active-content'
  | 'foreign-content'
  | 'missing-object'
  | 'byte-range'
  | 'padding'
  | 'digest-mismatch'
  | 'signature-format'
  | 'signature-value'
  | 'signature-removed'
  | 'certificate'
  | 'time-stamp'
  | 'revoked'
  | 'validation-data'
  | 'appended'
  | 'page-changed'
  | 'annotation-changed'
  | 'attachment-changed'
  | 'signature-changed'
  | 'form-changed'
  | 'document-changed'
  | 'unused-object'
  | 'attachment-mismatch'
  | 'attachment-missing'
  | 'attachment-extra'
  | 'attachment-duplicate'
  | 'attachment-name'
  | 'manifest-missing'
  | 'manifest-unreadable'
  | 'manifest-mismatch'
  | 'ledger-unreadable'
  | 'ledger-mismatch'
  | 'entry-mismatch'
  | 'author-signature'
  | 'author-name'
  | 'author-right'
  | 'proof-failed'
  | 'checkpoint-signature'
  | 'sign-off-mismatch'
  | 'own-review'
  | 'twin-mismatch'
  | 'too-much';

export type Problem = VerifyProblem & { readonly code: ProblemCode };

const MOST = 300;

/** Collects what is wrong, each thing once. */
export class Findings {
  readonly #problems = new Map<string, Problem>();
  #left = 0;

  add(code: ProblemCode, where: string, message: string): void {
    const key = JSON.stringify([code, where, message]);
    if (this.#problems.has(key)) return;
    if (this.#problems.size < MOST) this.#problems.set(key, { code, where, message });
    else this.#left += 1;
  }

  /** Takes over a problem found elsewhere. */
  copy({ code, where, message }: Problem): void {
    this.add(code, where, message);
  }

  has(code: ProblemCode): boolean {
    return [...this.#problems.values()].some((problem) => problem.code === code);
  }

  get size(): number {
    return this.#problems.size;
  }

  list(): Problem[] {
    const list = [...this.#problems.values()];
    if (this.#left === 0) return list;
    const message = `There are ${this.#left} more problems that are not listed.`;
    return [...list, { code: 'too-much', where: 'file', message }];
  }
}
