import type { ImportProblem } from '../../shared/domain/framework.ts';

/** Per code; a file broken in a million places is told in a page, with how many were left out. */
const MOST_OF_A_KIND = 50;

/** Collects what an importer has to say, the same for the same file, and bounded whatever the file does. */
export class ProblemLog {
  private readonly kept: ImportProblem[] = [];
  private readonly counts = new Map<string, number>();

  add(severity: ImportProblem['severity'], code: string, where: string, message: string): void {
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    if (count <= MOST_OF_A_KIND) this.kept.push({ where, code, message, severity });
  }

  all(): ImportProblem[] {
    const more = [...this.counts].filter(([, count]) => count > MOST_OF_A_KIND);
    return [
      ...this.kept,
      ...more.map(([code, count]): ImportProblem => {
        const message = `${count - MOST_OF_A_KIND} more of the kind "${code}" are not listed.`;
        return { where: '', code, message, severity: 'info' };
      }),
    ];
  }
}
