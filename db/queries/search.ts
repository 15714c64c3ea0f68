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
 * quoted, so that no character of it is an operator. A note is found as the control or item that it stands on, and what
 * a plan states as the record that stands for it in the engagement.
 */
export function search(db: Database, text: string, limit: number, engagement: string | null): Hit[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const match = words
    .map((word, i) => `"${word.replaceAll('"', '""')}"${i === words.length - 1 ? '*' : ''}`)
    .join(' ');
  return all<Hit>(
    db,
    `SELECT coalesce(a.target_kind, search.kind) kind, coalesce(a.target, r.id, search.id) id,
            coalesce(c.label, i.label, search.label) label, coalesce(c.title, i.text, r.title, search.title) title,
            snippet(search, 4, '', '', '…', 14) excerpt
       FROM search
       LEFT JOIN assessment a ON search.kind = 'assessment' AND a.id = search.id
       LEFT JOIN control c ON c.id = a.target
       LEFT JOIN item i ON i.id = a.target
       LEFT JOIN programme_record r ON r.kind = search.kind AND r.node = search.id AND r.engagement = ?
      WHERE search MATCH ? ORDER BY bm25(search, 0, 0, 10, 5, 1) LIMIT ?`,
    engagement,
    match,
    limit,
  );
}
