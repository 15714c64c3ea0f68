import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

export interface Hit {
  readonly kind: string;
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly excerpt: string;
}

/**
 * Full-text search over everything. Every word has to be there, the last one as a beginning; what a person types is
 * quoted, so that no character of it is an operator.
 */
export function search(db: Database, text: string, limit: number): Hit[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const match = words
    .map((word, i) => `"${word.replaceAll('"', '""')}"${i === words.length - 1 ? '*' : ''}`)
    .join(' ');
  return all<Hit>(
    db,
    `SELECT kind, id, label, title, snippet(search, 4, '', '', '…', 14) excerpt FROM search
      WHERE search MATCH ? ORDER BY bm25(search, 0, 0, 10, 5, 1) LIMIT ?`,
    match,
    limit,
  );
}
