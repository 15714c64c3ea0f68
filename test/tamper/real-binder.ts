import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { finish, makeEngagement, type TestWorkspace } from '../support/workspaces.ts';
import { makeSigner, type TestSigner } from '../unit/core/binder/verify/signer.ts';

/** A binder as the product makes it, at each step of its way, and people who were never asked to sign it. */
export interface RealBinder {
  readonly workspace: TestWorkspace;
  /** As composed, with no signature yet. */
  readonly unsigned: Buffer;
  /** As the preparer signed it. */
  readonly once: Buffer;
  /** As the reviewer countersigned it. */
  readonly twice: Buffer;
  /** A binder of another engagement of the same workspace, as its preparer signed it. */
  readonly sibling: Buffer;
  /** A binder of a third engagement of it, of what its reviewer returned. */
  readonly returned: Buffer;
  /** A binder of another workspace, as its preparer signed it. */
  readonly foreign: Buffer;
  /** The certificates of those two. */
  readonly trust: readonly string[];
  /** The name of its first attachment, a table of accounts. */
  readonly evidence: string;
  /** Another one, a picture. */
  readonly picture: string;
  /** Somebody with a key of their own and a certificate that says whatever they like. */
  readonly stranger: TestSigner;
  /** Another, whose key is of the other kind. */
  readonly accomplice: TestSigner;
  /** A certificate in the reviewer's name, on somebody else's key. */
  readonly namesake: TestSigner;
}

export const REVIEWER = 'Rita';
/** A file of evidence for a control that nobody signed off. */
export const ROTA = 'rota.csv';

export async function makeRealBinder(): Promise<RealBinder> {
  const workspace = await makeEngagement({ [REVIEWER]: 'reviewer' }, ['Payroll']);
  const { api } = workspace;
  const table = workspace.file('access.csv', 'user,role\nada,preparer\n'.repeat(40));
  const picture = workspace.file('screen.png', Buffer.from('\x89PNG not really a picture', 'latin1'));
  await api.assessments.set({ control: 'AC-2', result: 'satisfied', note: 'Held throughout.' });
  await workspace.as(REVIEWER);
  await workspace.as('Ada');
  await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: 'Two joiners lack a form.' });
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen the policy.' });
  await api.evidence.add({ files: [{ path: table }, { path: picture }], links: [{ control: 'AC-1' }] });
  await api.evidence.add({ files: [{ path: workspace.file(ROTA, ROTA) }], links: [{ control: 'CM-1' }] });
  for (const id of ['AC-1', 'AC-2']) await api.review.sign({ kind: 'assessment', id, as: 'preparer' });
  // A binder before, so that this one's proofs say that the ledger was only continued.
  await finish(api, api.binders.compose({ out: workspace.file('earlier.pdf', ''), force: true }));
  await workspace.as(REVIEWER);
  await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
  await workspace.as('Ada');
  const out = workspace.file('binder.pdf', '');
  await finish(api, api.binders.compose({ out, force: true }));
  const once = readFileSync(out);
  await workspace.as(REVIEWER);
  await finish(api, api.binders.countersign({ file: { path: out }, as: 'reviewer' }));
  const { signatures } = await verifyBinder(out);
  await workspace.as('Ada');
  const sibling = await siblingOf(workspace);
  const returned = await returnedWork(workspace);
  const text = once.toString('latin1');
  const nameOf = (file: string) => new RegExp(`/UF \\(([^)]* ${file})\\)`).exec(text)?.[1] ?? file;
  return {
    workspace,
    unsigned: unsigned(once),
    once,
    twice: readFileSync(out),
    sibling,
    returned,
    foreign: await foreignBinder(),
    trust: signatures.map(({ certificatePem }) => new X509Certificate(certificatePem).toString()),
    evidence: nameOf('access.csv'),
    picture: nameOf('screen.png'),
    stranger: makeSigner('Mallory'),
    accomplice: makeSigner('Eve', { rsa: true }),
    namesake: makeSigner(REVIEWER),
  };
}

/** A binder as it was composed, with no signature yet. */
export const unsigned = (signed: Buffer): Buffer => signed.subarray(0, signed.indexOf('%%EOF') + 6);

/** What a reviewer wrote when they returned a control. */
export const RETURNED = {
  'AC-1': 'Which policy was seen, and of which day?',
  'AC-2': 'Two joiners lack a form: say which, and what became of them.',
} as const;

/** Two controls that were prepared and came back. */
async function returnedWork(workspace: TestWorkspace): Promise<Buffer> {
  const { api } = workspace;
  const { rows } = await api.frameworks.list({});
  const { engagement } = await api.engagements.create({
    name: 'Audit 2028',
    frameworks: rows.map(({ id }) => id),
    subjects: ['Payroll'],
  });
  const at = { engagement: engagement.id };
  for (const control of Object.keys(RETURNED)) {
    await api.assessments.set({ control, ...at, result: 'satisfied', note: 'Held.' });
    await api.review.sign({ kind: 'assessment', id: control, ...at, as: 'preparer' });
  }
  await workspace.as(REVIEWER);
  for (const [id, note] of Object.entries(RETURNED))
    await api.review.return({ kind: 'assessment', id, ...at, note });
  await workspace.as('Ada');
  return composed(workspace, engagement.id);
}

/** Another engagement on the same controls, with a sign-off of its own. */
async function siblingOf(workspace: TestWorkspace): Promise<Buffer> {
  const { api } = workspace;
  const { rows } = await api.frameworks.list({});
  const { engagement } = await api.engagements.create({
    name: 'Audit 2027',
    frameworks: rows.map(({ id }) => id),
    subjects: ['Payroll'],
  });
  await api.assessments.set({
    control: 'AC-1',
    engagement: engagement.id,
    result: 'satisfied',
    note: 'Again.',
  });
  await api.review.sign({ kind: 'assessment', id: 'AC-1', engagement: engagement.id, as: 'preparer' });
  return composed(workspace, engagement.id);
}

async function foreignBinder(): Promise<Buffer> {
  const other = await makeEngagement({}, ['Payroll']);
  try {
    await other.api.assessments.set({ control: 'AC-1', result: 'satisfied' });
    await other.api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    return await composed(other);
  } finally {
    await other.close();
  }
}

async function composed({ api, file }: TestWorkspace, engagement?: string): Promise<Buffer> {
  const out = file('other.pdf', '');
  await finish(api, api.binders.compose({ out, force: true, ...(engagement ? { engagement } : {}) }));
  return readFileSync(out);
}
