import type { VerifyReport } from '../shared/domain/binder.ts';
import { momentWords } from '../shared/domain/moment.ts';

const VERDICTS: Readonly<Record<VerifyReport['verdict'], string>> = {
  valid: 'Valid.',
  'valid-unknown-signer': 'Valid, by signers whose certificates you did not name as trusted.',
  invalid: 'Not valid.',
};

/** The whole answer on one binder, verdict first. Everything is text: nothing of the file becomes markup. */
export function reportOf(report: VerifyReport): HTMLElement {
  const { file, sha256, bytes, verdict, problems, proven, notProven } = report;
  const said = make('p', `${file}, ${bytes.toLocaleString('en')} bytes`);
  const hash = make('p', `SHA-256 ${sha256}`);
  hash.className = 'hash';
  const head = make('div', make('h2', VERDICTS[verdict]), said, hash);
  head.className = `verdict ${verdict}`;
  head.tabIndex = -1;
  head.dataset.verdict = verdict;
  const found = problems.map(({ code, where, message }) => {
    const item = make('li', `${where}: ${message}`);
    item.dataset.code = code;
    return item;
  });
  return make(
    'article',
    head,
    ...list('Problems', 'problems', found),
    ...signatures(report),
    ...list(
      'Proven',
      'proven',
      proven.map((sentence) => make('li', sentence)),
    ),
    ...list(
      'Not proven',
      'not-proven',
      notProven.map((sentence) => make('li', sentence)),
    ),
  );
}

/** Said of a file on which there is no verdict. */
export function refusal(name: string, sentence: string): HTMLElement {
  const head = make('div', make('h2', 'Not verified.'), make('p', `${name}: ${sentence}`));
  head.className = 'verdict invalid';
  head.tabIndex = -1;
  head.dataset.verdict = 'refused';
  head.setAttribute('role', 'alert');
  return make('article', head);
}

function list(title: string, id: string, items: readonly HTMLElement[]): HTMLElement[] {
  if (items.length === 0) return [];
  const list = make('ul', ...items);
  list.id = id;
  return [make('h3', title), list];
}

function signatures({ signatures: all }: VerifyReport): HTMLElement[] {
  if (all.length === 0) return [];
  const yes = (fact: boolean) => (fact ? 'yes' : 'no');
  const columns: readonly (readonly [string, (one: (typeof all)[number]) => string])[] = [
    ['Signature', ({ field }) => field],
    ['By', ({ by }) => by],
    ['At', ({ at }) => (at === null ? '–' : momentWords(at))],
    ['Valid', ({ valid }) => yes(valid)],
    ['Covers its revision', ({ coversRevision }) => yes(coversRevision)],
    ['Covers the whole file', ({ coversWholeFile }) => yes(coversWholeFile)],
    ['Trusted', ({ trusted }) => yes(trusted)],
    ['Time stamp', ({ timeStamp }) => (timeStamp === null ? 'none' : momentWords(timeStamp.at))],
  ];
  const titles = columns.map(([title]) => {
    const cell = make('th', title);
    cell.scope = 'col';
    return cell;
  });
  const rows = all.map((one) => make('tr', ...columns.map(([, of]) => make('td', of(one)))));
  const around = make('div', make('table', make('thead', make('tr', ...titles)), make('tbody', ...rows)));
  around.className = 'scroll';
  around.tabIndex = 0;
  around.setAttribute('role', 'region');
  around.setAttribute('aria-label', 'Signatures');
  const certificates = all.map(({ field, by, fingerprint }) => make('li', `${field}, ${by}: ${fingerprint}`));
  return [
    make('h3', 'Signatures'),
    around,
    ...list('Certificates that signed, by their SHA-256', 'certificates', certificates),
  ];
}

function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}
