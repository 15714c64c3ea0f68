import { go } from '../../state/place.ts';

/** The tab of the programme on which a kind of record is worked. */
const TAB_OF: Readonly<Record<string, string>> = {
  risk: 'risks',
  action: 'actions',
  gate: 'gates',
  phase: 'gates',
  criterion: 'gates',
  milestone: 'gates',
  kpi: 'measures',
  maturity: 'measures',
  pillar: 'board',
  person: 'people',
};

/** Opens a record by its ledger name (`risk:…`) on the screen where it is worked. */
export function openRecord(record: string): void {
  const [kind = '', id = ''] = record.split(':');
  if (kind === 'packet' || kind === 'section') go('packets', id);
  else if (kind === 'evidence') go('evidence', id);
  else if (kind === 'request') go('evidence', `requests/${id}`);
  else if (kind === 'control') go('controls', id);
  else if (kind === 'checklist' || kind === 'item') go('checklists', id);
  else if (kind === 'assessment') go('review', id);
  else go('programme', `${TAB_OF[kind] ?? 'board'}/${id}`);
}
