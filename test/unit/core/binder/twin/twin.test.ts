import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAttachments, readAttachment } from '../../../../../core/binder/verify/attachments.ts';
import { FileBytes } from '../../../../../core/binder/verify/file-bytes.ts';
import { Findings } from '../../../../../core/binder/verify/findings.ts';
import { verifyBinder } from '../../../../../core/binder/verify/index.ts';
import { openNewest } from '../../../../../core/binder/verify/versions.ts';
import type { BinderProfile } from '../../../../../shared/domain/binder-profile.ts';
import { tokenOf } from '../../../../../shared/domain/twin/assessment-results.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../../support/workspaces.ts';

/** The embedded files of a binder by name. */
async function filesIn(path: string): Promise<Map<string, Buffer>> {
  const file = await FileBytes.open(path);
  try {
    const findings = new Findings();
    const view = await openNewest(file, findings);
    if (!view) throw new Error('it cannot be read');
    const files = new Map<string, Buffer>();
    for (const attachment of await listAttachments(view, findings))
      files.set(attachment.name, await readAttachment(view, attachment, 1e8));
    return files;
  } finally {
    await file.close();
  }
}

describe('the twin of a binder', () => {
  let test: TestWorkspace;
  const binders = new Map<BinderProfile, { path: string; files: Map<string, Buffer> }>();
  const twin = (profile: BinderProfile) => {
    const files = binders.get(profile)?.files;
    const text = files?.get('assessment-results.json')?.toString('utf8') ?? '';
    return { results: JSON.parse(text), text, register: files?.get('register.csv')?.toString('utf8') ?? '' };
  };

  beforeAll(async () => {
    test = await makeEngagement({}, ['Payroll']);
    const { api } = test;
    await api.assessments.set({
      control: 'AC-1',
      result: 'satisfied',
      note: 'Seen the policy.',
      method: 'examine',
    });
    await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: 'Two joiners lack a form.' });
    await api.assessments.set({ control: 'AC-2(1)', result: 'not-applicable', note: 'By hand here.' });
    const file = test.file('=access ä.csv', 'user,role\n');
    const both = [{ path: file }, { path: file }];
    await api.evidence.add({ files: both, together: true, links: [{ control: 'AC-1' }] });
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    for (const profile of ['full', 'summary'] as const) {
      const path = test.file(`${profile}.pdf`, '');
      await finish(api, api.binders.compose({ out: path, force: true, profile }));
      binders.set(profile, { path, files: await filesIn(path) });
    }
  });
  afterAll(() => test.close());

  it('says each result as an observation, and what came to satisfied or not as a finding', () => {
    const { results } = twin('full');
    const [result] = results['assessment-results'].results;
    const told = result.observations.map(
      (one: { title: string; methods: string[]; props: { value: string }[] }) =>
        [one.title, one.methods[0], one.props[0]?.value].join(', '),
    );
    expect(told).toEqual([
      'AC-1 Policy · Payroll, EXAMINE, satisfied',
      'AC-2 Accounts · Payroll, UNKNOWN, not-satisfied',
      'AC-2(1) Automated accounts · Payroll, UNKNOWN, not-applicable',
    ]);
    const targets = result.findings.map(
      (one: { target: { 'target-id': string; status: { state: string } } }) =>
        [one.target['target-id'], one.target.status.state].join(' '),
    );
    expect(targets).toEqual(['ac-1 satisfied', 'ac-2 not-satisfied']);
  });

  it.each(['full', 'summary'] as const)('is of the form OSCAL gives it, in a %s binder', (profile) => {
    const { results, text } = twin(profile);
    const uuids = [...text.matchAll(/"uuid":"([^"]*)"/g)].map(([, uuid]) => uuid ?? '');
    expect(
      uuids.filter(
        (one) => !/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(one),
      ),
    ).toEqual([]);
    expect(new Set(uuids).size).toBe(uuids.length);
    const named = [...text.matchAll(/"(?:href":"#|observation-uuid":")([^"]*)"/g)].map(
      ([, uuid]) => uuid ?? '',
    );
    expect(named.filter((one) => !uuids.includes(one))).toEqual([]);
    const values = [...text.matchAll(/"ns":"[^"]*","value":"([^"]*)"/g)].map(([, value]) => value ?? '');
    expect(values.filter((one) => !/^\S(.*\S)?$/.test(one))).toEqual([]);
    const { metadata, 'import-ap': plan, results: all } = results['assessment-results'];
    expect(metadata).toMatchObject({
      title: expect.any(String),
      version: expect.any(String),
      'oscal-version': '1.1.2',
    });
    expect(metadata['last-modified']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(plan.href).toMatch(/^#/);
    const required = ['uuid', 'title', 'description', 'start', 'reviewed-controls'];
    for (const one of all) expect(Object.keys(one)).toEqual(expect.arrayContaining(required));
    for (const one of all[0].observations ?? [])
      expect(Object.keys(one)).toEqual(
        expect.arrayContaining(['uuid', 'description', 'methods', 'collected']),
      );
    for (const one of all[0].findings ?? [])
      expect(Object.keys(one)).toEqual(expect.arrayContaining(['uuid', 'title', 'description', 'target']));
  });

  it('leads from a result to the embedded file, by its hash', () => {
    const { results } = twin('full');
    const { results: all, 'back-matter': matter } = results['assessment-results'];
    const { href } = all[0].observations[0]['relevant-evidence'][0];
    const resource = matter.resources.find(({ uuid }: { uuid: string }) => `#${uuid}` === href);
    const [link] = resource.rlinks;
    const content = binders.get('full')?.files.get(decodeURIComponent(link.href)) ?? Buffer.alloc(0);
    expect(link.hashes[0].value).toBe(createHash('sha256').update(content).digest('hex'));
    expect(content.toString()).toBe('user,role\n');
  });

  it('lists each file of evidence in the register, and lets no cell begin a formula', () => {
    const [heads, line, again, ...rest] = twin('full').register.trimEnd().split('\r\n');
    expect(heads).toMatch(/^Reference,Title,Supports,/);
    expect(line).toContain(",'=access ä.csv,");
    expect(again).toContain(",'=access ä.csv,");
    expect(rest).toEqual([]);
  });

  it('holds nothing that a summary leaves out', async () => {
    const { results, text, register } = twin('summary');
    const [result] = results['assessment-results'].results;
    expect(result).not.toHaveProperty('observations');
    // That all controls were reviewed would be as untrue as that none was.
    expect(result['reviewed-controls']['control-selections']).toEqual([
      { remarks: '0 checks of 0 controls.' },
    ]);
    for (const secret of ['Seen the policy', 'Two joiners', 'access', 'AC-1', 'ac-1']) {
      expect(text).not.toContain(secret);
      expect(register).not.toContain(secret);
    }
  });

  it('is named in the manifest, and verified like every file', async () => {
    for (const { path, files } of binders.values()) {
      const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '');
      const twins = manifest.files.filter(({ role }: { role: string }) => role === 'twin');
      expect(twins.map(({ name }: { name: string }) => name)).toEqual([
        'assessment-results.json',
        'register.csv',
      ]);
      expect(readFileSync(path, 'latin1').match(/\/AFRelationship \/Alternative/g)).toHaveLength(2);
      expect(await verifyBinder(path)).toMatchObject({ verdict: 'valid-unknown-signer', problems: [] });
    }
  });

  it.each([
    ['AC-2(1)', 'ac-2.1'],
    ['5.1', '_5.1'],
    ['Kontrolle Ü 3', 'kontrolle_ü_3'],
    ['', '_'],
  ])('names the control %s as the token %s', (label, token) => {
    expect(tokenOf(label)).toBe(token);
  });
});
