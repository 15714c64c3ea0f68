import type { Database } from '../../db/driver.ts';
import { controlDetail } from '../../db/queries/controls.ts';
import { all, get } from '../../db/sql.ts';
import { controlText } from '../../shared/domain/control-text.ts';
import type { SignedValues } from '../../shared/domain/sign-off.ts';
import { type SignedText, textHashOf } from '../../shared/domain/signed-text.ts';
import { sha256 } from '../ledger/keys.ts';

/**
 * What signed values are of, in the form that their `textHash` is taken over, so that a stranger sees which control was
 * signed off. The text of a checklist tells those of its items.
 */
export function signedTexts(
  db: Database,
  signed: Readonly<Record<string, SignedValues>>,
): Record<string, SignedText> {
  const texts: Record<string, SignedText> = {};
  for (const { kind, target, textHash } of Object.values(signed)) {
    if (texts[textHash] !== undefined) continue;
    const text = kind === 'checklist' ? checklistText(db, target) : checkText(db, target);
    // Content that has not arrived yet has no text, and what was signed over none says so.
    if (text !== null && textHashOf(sha256, text) === textHash) texts[textHash] = text;
  }
  return texts;
}

function checkText(db: Database, target: string): SignedText | null {
  const control = controlDetail(db, target);
  if (control !== undefined) return controlText(control.body);
  return get<{ text: string }>(db, 'SELECT text FROM item WHERE id = ?', target) ?? null;
}

function checklistText(db: Database, id: string): SignedText | null {
  const row = get<{ title: string }>(db, 'SELECT title FROM checklist WHERE id = ?', id);
  if (row === undefined) return null;
  const items = all<{ text: string }>(db, 'SELECT text FROM item WHERE checklist = ? ORDER BY ord', id);
  return { title: row.title, items: items.map(({ text }) => text) };
}
