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
  'conflict.resolve': 'Conflict resolved',
  'conflict.resolve-admin': 'Conflict resolved',
  undo: 'Taken back',
};

/** The words for an action name as it stands in an entry (`assess@1`); an unknown one is shown as it is. */
export function actionWords(action: string): string {
  return ACTIONS[action.replace(/@\d+$/, '')] ?? action;
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
  const facts = fields.flatMap(factWords);
  const changes = fields.flatMap((field) => {
    const label = SHOWN[field.field];
    if (label === undefined || typeof field.after === 'object') return [];
    const before =
      field.before === null || typeof field.before === 'object' ? '' : `${short(field.before)} → `;
    return [`${label} ${before}${short(field.after)}`];
  });
  const all = [...facts, ...changes];
  if (all.length === 0) return words;
  return `${words}: ${all.slice(0, 3).join('; ')}${all.length > 3 ? `; and ${all.length - 3} more` : ''}`;
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

function short(value: unknown): string {
  const text = String(value ?? '').replace(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text === '' ? 'empty' : text;
}
