import { type BinderDiff, type BinderDiffRow, type BinderDiffSide, DIFF_PARTS } from './binder-diff.ts';
import { csvCell, csvLine } from './csv.ts';

const PART_TITLES: Readonly<Record<BinderDiffRow['part'], string>> = {
  controls: 'Controls',
  checklists: 'Checklists',
  results: 'Results',
  notes: 'Notes on results',
  evidence: 'Evidence',
  files: 'Files of evidence',
  'sign-offs': 'Sign-offs',
  signatures: 'Signatures of the binder',
  'left out': 'Left out, with the reason',
  'other records': 'Other records',
  counts: 'Counts',
};

/** The rows of a difference report by part, each part that has any. */
export function diffParts(diff: BinderDiff): { title: string; rows: BinderDiffRow[] }[] {
  return DIFF_PARTS.flatMap((part) => {
    const rows = diff.rows.filter((row) => row.part === part);
    return rows.length === 0 ? [] : [{ title: PART_TITLES[part], rows }];
  });
}

/** The report as CSV (RFC 4180); what a spreadsheet would take for a formula has an apostrophe before it. */
export function diffCsv(diff: BinderDiff): string {
  const cells = (row: BinderDiffRow) => [row.part, row.change, row.label, row.before, row.after, row.id];
  return [
    csvLine(['Part', 'Change', 'What', 'Before', 'After', 'Id']),
    ...diff.rows.map((row) => csvLine(cells(row).map((cell) => csvCell(cell).text))),
  ].join('');
}

const STYLE = `
@page { margin: 18mm 15mm }
body { font: 10.5pt/1.45 "Noto Sans", "Segoe UI", Helvetica, Arial, sans-serif; color: #111; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1.5rem }
h1 { font-size: 1.6rem; margin: 0 0 .2rem } h2 { font-size: 1.1rem; margin: 1.8rem 0 .4rem; break-after: avoid }
table { border-collapse: collapse; width: 100%; table-layout: fixed } thead { display: table-header-group } tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #bbb; overflow-wrap: anywhere; white-space: pre-line }
thead th, thead td { border-bottom: 1.5px solid #111 } .change { font-weight: 600 }
th:first-child, td:first-child { width: 6rem } th:nth-child(2) { width: 30% }
.sides th:nth-child(2) { width: auto } .quiet { color: #555 }
@media print { body { margin: 0; padding: 0; max-width: none } }`;

/** The report as one page that needs nothing else, on the screen and on paper: no script, no network. */
export function diffPage(diff: BinderDiff): string {
  const { before, after } = diff;
  const facts: readonly (readonly [string, (side: BinderDiffSide) => string])[] = [
    ['Binder', (side) => side.title],
    ['File', (side) => side.file],
    ['Made', (side) => side.at],
    ['Profile', (side) => side.profile],
    ['Engagement', (side) => side.engagement],
    ['Signed by', (side) => side.signedBy.join(', ')],
    ['Verdict', (side) => VERDICTS[side.verdict]],
    ['SHA-256', (side) => side.sha256],
  ];
  const told = facts.map(([title, of]) => row([head(title), cell(of(before)), cell(of(after))]));
  const parts = diffParts(diff).map(
    ({ title, rows }) =>
      `<h2>${escaped(title)} <span class="quiet">(${rows.length})</span></h2>${table(['Change', 'What', 'Before', 'After'], rows.map(diffRow))}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`Differences: ${before.title} – ${after.title}`)}</title><style>${STYLE}</style></head><body>
<h1>What changed between two binders</h1>
<p class="quiet">By what is embedded in them: manifests, ledger extracts and sign-offs. Both were verified first.</p>
<div class="sides">${table(['', 'Before', 'After'], told)}</div>
<h2>Their ledgers</h2>${[...diff.ledger.sentences, ...diff.notes].map((sentence) => `<p>${escaped(sentence)}</p>`).join('')}
${parts.length > 0 ? parts.join('\n') : '<h2>Differences</h2><p>None.</p>'}
</body></html>
`;
}

const VERDICTS: Readonly<Record<BinderDiffSide['verdict'], string>> = {
  valid: 'Valid',
  'valid-unknown-signer': 'Valid, by signers who were not named as trusted',
  invalid: 'Not valid',
};

function diffRow({ change, label, before, after }: BinderDiffRow): string {
  return row([`<td class="change">${change}</td>`, cell(label), cell(before ?? ''), cell(after ?? '')]);
}

function table(titles: readonly string[], rows: readonly string[]): string {
  const heads = titles.map((title) => (title === '' ? '<td></td>' : head(title, 'col'))).join('');
  return `<table><thead><tr>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

const row = (cells: readonly string[]): string => `<tr>${cells.join('')}</tr>`;
const cell = (text: string): string => `<td>${escaped(text)}</td>`;
const head = (text: string, scope = 'row'): string => `<th scope="${scope}">${escaped(text)}</th>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
