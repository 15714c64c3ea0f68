/** One changed field as the history shows it. */
export interface ChangedField {
  readonly record: string;
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

const ACTIONS: Readonly<Record<string, string>> = {
  'workspace.create': 'Workspace created',
  'workspace.configure': 'Workspace settings changed',
  'member.add': 'Member added',
  'member.role': 'Role changed',
  'member.key': 'New passphrase and keys',
  'member.recover': 'Recovered with the recovery kit; new keys',
  'device.enrol': 'Device enrolled',
  'device.join': 'Device joined',
  'copy.carry': 'Copy signed out or in',
  'framework.import': 'Framework imported',
  'engagement.create': 'Engagement opened',
  assess: 'Assessed',
  'assess.many': 'Assessed together',
  'evidence.add': 'Evidence taken in',
  'evidence.revise': 'New revision of evidence',
  'evidence.update': 'Evidence details changed',
  'evidence.link': 'Evidence linked',
  'evidence.unlink': 'Evidence link removed',
  'evidence.remove': 'Evidence removed',
  'review.sign': 'Signed off',
  'review.return': 'Returned',
  'review.note': 'Review note raised',
  'review.answer': 'Review note answered',
  'review.clear': 'Review note cleared',
  'evidence.change': 'Material change declared',
  'evidence.linkcheck': 'Links checked',
  'evidence.hold': 'Legal hold',
  'evidence.export': 'Evidence exported',
  'programme.put': 'Programme changed',
  'programme.remove': 'Removed from the programme',
  'programme.measure': 'Measured',
  'programme.attest': 'Attested',
  'programme.accept': 'Accepted',
  'programme.prove': 'Proof shown',
  'packet.waive': 'Section waived',
  'packet.finalise': 'Packet finalised',
  'packet.handover': 'Customer sign-off captured',
  'engagement.lock': 'Lockdown',
  'engagement.roll': 'Rolled forward',
  'binder.export': 'Binder exported',
  'binder.countersign': 'Binder countersigned',
  'conflict.resolve': 'Conflict resolved',
  'conflict.resolve-admin': 'Conflict resolved',
  undo: 'Taken back',
};

/** The words for an action name as it stands in an entry (`assess@1`); an unknown one is shown as it is. */
export function actionWords(action: string): string {
  // Whoever writes by another program may call an action as every object calls something of its own.
  const name = action.replace(/@\d+$/, '');
  return Object.hasOwn(ACTIONS, name) ? (ACTIONS[name] ?? action) : action;
}

const SHOWN: Readonly<Record<string, string>> = {
  result: 'result',
  method: 'method',
  note: 'note',
  title: 'title',
  collected: 'collected',
  expires: 'expires',
  periodFrom: 'period from',
  periodTo: 'period to',
  lastVerified: 'last verified',
  owner: 'owner',
  name: 'name',
  marking: 'marking',
  house: 'house style',
  answer: 'answer',
  state: 'state',
  severity: 'severity',
  likelihood: 'likelihood',
  impact: 'impact',
  due: 'due',
  done: 'done',
  from: 'from',
  to: 'to',
  current: 'current',
  target: 'target',
  unit: 'unit',
  remediation: 'remediation',
  exit: 'exit criteria',
  scope: 'scope',
  blocked: 'blocked',
  letters: 'RACI',
  text: 'text',
  systems: 'systems',
  verification: 'verification method',
  source: 'source',
  proofLink: 'evidence link',
  reviewer: 'reviewer',
  riskIfStale: 'risk if stale',
  retainUntil: 'kept until',
};

/** One line for people: `Assessed: result not-reviewed → satisfied`. */
export function describeChange(action: string, fields: readonly ChangedField[]): string {
  const words = actionWords(action);
  const names = fields.flatMap(fileNames);
  const facts = [...fields.flatMap(factWords), ...filesWords(names)];
  const changes = fields.flatMap((field) => {
    const label = Object.hasOwn(SHOWN, field.field) ? SHOWN[field.field] : undefined;
    // Evidence that was given no title of its own is called after its file.
    const called = field.field === 'title' && names.some((name) => name === field.after);
    if (label === undefined || typeof field.after === 'object' || called) return [];
    // What was left empty from the start is no change.
    if (field.after === '' && (field.before ?? null) === null) return [];
    const value = fromTo(field.before, field.after);
    return [field.field === 'name' ? named(action, field.record, value) : `${label} ${value}`];
  });
  // Several records may be given the same value in one act.
  const all = [...new Set([...facts, ...changes])];
  if (all.length === 0) return words;
  return `${words}: ${all.slice(0, 3).join('; ')}${all.length > 3 ? `; and ${all.length - 3} more` : ''}`;
}

/** The name of a new workspace stands for itself; beside it stands who opened it. */
function named(action: string, record: string, value: string): string {
  const kind = record.split(':', 1)[0] ?? '';
  if (action.startsWith('workspace.create')) {
    if (kind === 'workspace') return value;
    if (kind === 'member') return `first member ${value}`;
  }
  return kind === 'device' ? `device ${value}` : `name ${value}`;
}

function factWords(field: ChangedField): string[] {
  if (field.field !== 'fact' || typeof field.after !== 'object' || field.after === null) return [];
  const fact = field.after as Record<string, unknown>;
  if (typeof fact.capacity === 'string') {
    return [fact.verdict === 'returned' ? `with a note: ${short(fact.note)}` : `as ${fact.capacity}`];
  }
  if (typeof fact.title === 'string') return [fact.title];
  if (typeof fact.on === 'boolean') return [`${fact.on ? 'laid' : 'lifted'}: ${short(fact.reason)}`];
  if (typeof fact.met === 'boolean') return [`${fact.met ? '' : 'not met: '}${short(fact.statement)}`];
  if (typeof fact.broken === 'number')
    return [fact.broken === 0 ? 'nothing broken' : `${fact.broken} broken`];
  if (Array.isArray(fact.systems)) return [`${fact.systems.join(', ')}: ${short(fact.what)}`];
  return [];
}

function fileNames({ field, after }: ChangedField): string[] {
  if (field !== 'files' || typeof after !== 'object' || after === null || !('files' in after)) return [];
  const { files } = after;
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: unknown) =>
    typeof file === 'object' && file !== null && 'name' in file ? [String(file.name)] : [],
  );
}

function filesWords(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return [
    `${names.length === 1 ? 'file' : 'files'} ${names
      .slice(0, 3)
      .map((name) => short(name))
      .join(', ')}${more}`,
  ];
}

/** A value before and after; of two long texts the words around the first difference, so that it can be seen. */
function fromTo(before: unknown, after: unknown): string {
  if (before === null || before === undefined || typeof before === 'object') return short(after);
  const [old, now] = [onLine(before), onLine(after)];
  if (old === now) return 'in its spaces or line ends';
  const from = windowStart([...old], [...now]);
  return `${short(old, from)} → ${short(now, from)}`;
}

const LONGEST = 80;
/** How much of what is the same is shown before a difference. */
const BEFORE = 24;

/** Where to begin showing two texts: at their beginning, or at a word shortly before they part. */
function windowStart(old: readonly string[], now: readonly string[]): number {
  if (Math.max(old.length, now.length) <= LONGEST) return 0;
  const shorter = Math.min(old.length, now.length);
  let parts = 0;
  while (parts < shorter && old[parts] === now[parts]) parts++;
  if (parts < LONGEST / 2) return 0;
  const near = parts - BEFORE;
  const space = now.indexOf(' ', near);
  return space < 0 || space >= parts ? near : space + 1;
}

function onLine(value: unknown): string {
  return String(value ?? '').replace(/\s+/g, ' ');
}

function short(value: unknown, from = 0): string {
  const letters = [...onLine(value)];
  if (letters.length === 0) return 'empty';
  const shown = letters.slice(from);
  const rest = shown.length > LONGEST ? `${shown.slice(0, LONGEST - 3).join('')}…` : shown.join('');
  return from > 0 ? `…${rest}` : rest;
}
