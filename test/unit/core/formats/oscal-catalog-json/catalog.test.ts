import { describe, expect, test } from 'vitest';
import { oscalCatalogJson } from '../../../../../core/formats/oscal-catalog-json/index.ts';
import { controlLines } from '../../../../../shared/domain/control-text.ts';
import { type Control, NormalisedFramework } from '../../../../../shared/domain/framework.ts';
import { canonicalBytes, type Json } from '../../../../../shared/ledger/canonical.ts';
import { importSource } from '../../../../support/import-source.ts';

const METADATA = { title: 'Rules', version: '1', published: '2026-01-02T03:04:05Z' };

function read(content: unknown) {
  return oscalCatalogJson.read(importSource(content));
}

/** Reads a catalog that must come in, and checks that the blob can be stored as the schema says. */
function taken(catalog: object) {
  const { framework, problems, counts } = read({ catalog: { metadata: METADATA, ...catalog } });
  if (framework === null) throw new Error(`refused: ${JSON.stringify(problems)}`);
  expect(NormalisedFramework.parse(framework)).toEqual(framework);
  canonicalBytes(framework as unknown as Json);
  return { framework, counts, problems: problems.map(({ code, where }) => `${code} ${where}`) };
}

function only(control: object): Control {
  const [first] = taken({ controls: [{ id: 'ac-1', title: 'Access', ...control }] }).framework.controls;
  if (first === undefined) throw new Error('no control');
  return first;
}

const label = (value: string, cls?: string) => ({ name: 'label', value, ...(cls ? { class: cls } : {}) });

describe('an OSCAL catalog is taken in whole', () => {
  const whole = {
    params: [{ id: 'all', label: 'everybody' }],
    controls: [{ id: 'root-1', title: 'At the root' }],
    groups: [
      {
        id: 'ac',
        title: 'Access Control',
        params: [{ id: 'ac_p', values: ['daily'] }],
        parts: [
          { name: 'overview', title: 'Why', prose: 'Because.', parts: [{ name: 'x', prose: 'Also.' }] },
        ],
        controls: [
          {
            id: 'ac-2',
            class: 'SP800-53',
            title: 'Accounts',
            props: [label('AC-02', 'zero-padded'), label('AC-2'), { name: 'sort-id', value: 'ac-02' }],
            links: [
              { href: '#r1', rel: 'reference' },
              { href: 'https://example.org', text: 'there' },
            ],
            params: [
              {
                id: 'p1',
                label: 'a role',
                usage: 'as written',
                guidelines: [{ prose: 'who' }],
                constraints: [{ description: 'monthly' }],
                props: [{ name: 'alt-identifier', value: 'p_1' }],
              },
              { id: 'p2', select: { 'how-many': 'one or more', choice: ['x {{ insert: param, p1 }}', 'y'] } },
            ],
            parts: [
              {
                id: 'ac-2_smt',
                name: 'statement',
                parts: [
                  {
                    id: 'ac-2_smt.a',
                    name: 'item',
                    props: [label('a.')],
                    prose: 'Tell {{ insert: param, all }} {{ ac_p }}',
                  },
                ],
              },
            ],
            controls: [
              {
                id: 'ac-2.1',
                title: 'Deeper',
                props: [{ name: 'status', value: 'Withdrawn' }],
                links: [
                  { href: '#ac-2_smt.a', rel: 'incorporated-into' },
                  { href: '#ac-3', rel: 'moved-to' },
                ],
                controls: [{ id: 'ac-2.1.1', title: 'Deepest' }],
              },
            ],
          },
        ],
        groups: [{ title: 'Über & unter', controls: [{ id: 'AC-3', title: 'In a nested group' }] }],
      },
    ],
    'back-matter': { resources: [{ uuid: 'r1', title: 'A standard' }] },
  };

  test('with its groups, controls, parameters and what it withdrew', () => {
    const { framework, counts } = taken(whole);
    expect(counts).toEqual({ groups: 2, controls: 5, enhancements: 2, withdrawn: 1, parameters: 4 });
    expect(framework).toMatchObject({
      kind: 'catalog',
      format: 'oscal-catalog-json',
      title: 'Rules',
      version: '1',
      published: '2026-01-02T03:04:05Z',
      parameters: [{ id: 'all', label: 'everybody' }],
    });
    expect(framework.groups).toEqual([
      {
        path: 'ac',
        label: 'AC',
        title: 'Access Control',
        order: 2,
        prose: 'Why\n\nBecause.\n\nAlso.',
        parameters: [{ id: 'ac_p', values: ['daily'] }],
      },
      { path: 'ac/über-unter', label: '', title: 'Über & unter', parent: 'ac', order: 6 },
    ]);
    expect(
      framework.controls.map(({ path, label, group, parent, order }) => [path, label, group, parent, order]),
    ).toEqual([
      ['root-1', 'root-1', undefined, undefined, 1],
      ['ac-2', 'AC-2', 'ac', undefined, 3],
      ['ac-2.1', 'AC-2(1)', 'ac', 'ac-2', 4],
      ['ac-2.1.1', 'AC-2(1)(1)', 'ac', 'ac-2.1', 5],
      ['ac-3', 'AC-3', 'ac/über-unter', undefined, 7],
    ]);
  });

  test('with every field of a control', () => {
    const control = taken(whole).framework.controls[1];
    expect(control).toEqual({
      path: 'ac-2',
      label: 'AC-2',
      sourceId: 'ac-2',
      title: 'Accounts',
      group: 'ac',
      order: 3,
      class: 'SP800-53',
      parameters: [
        {
          id: 'p1',
          label: 'a role',
          usage: 'as written',
          guidelines: ['who'],
          constraints: ['monthly'],
          props: [{ name: 'alt-identifier', value: 'p_1' }],
        },
        { id: 'p2', choice: { howMany: 'one-or-more', options: ['x {{ insert: param, p1 }}', 'y'] } },
        { id: 'all', label: 'everybody', declaredBy: '/' },
        { id: 'ac_p', values: ['daily'], declaredBy: 'ac' },
      ],
      parts: [
        {
          id: 'ac-2_smt',
          name: 'statement',
          parts: [
            {
              id: 'ac-2_smt.a',
              name: 'item',
              label: 'a.',
              prose: 'Tell {{ insert: param, all }} {{ ac_p }}',
              props: [{ name: 'label', value: 'a.' }],
            },
          ],
        },
      ],
      links: [
        { rel: 'reference', href: '#r1', text: 'A standard' },
        { href: 'https://example.org', text: 'there' },
      ],
      props: [
        { name: 'label', value: 'AC-02', class: 'zero-padded' },
        { name: 'label', value: 'AC-2' },
        { name: 'sort-id', value: 'ac-02' },
      ],
    });
    expect(control && controlLines(control)[0]?.text).toBe('Tell [Assignment: everybody] daily');
  });

  test('and a withdrawn control says where it went', () => {
    const [, , withdrawn] = taken(whole).framework.controls;
    expect(withdrawn?.withdrawn).toEqual({ reason: 'incorporated', into: ['ac-2', 'ac-3'] });
    const props = [{ name: 'status', value: 'withdrawn' }];
    expect(only({ props, links: [{ href: '#sr', rel: 'moved-to' }] }).withdrawn).toEqual({
      reason: 'moved',
      into: ['sr'],
    });
    expect(only({ props }).withdrawn).toEqual({ reason: 'withdrawn', into: [] });
    expect(only({ props: [{ name: 'status', value: 'draft' }] }).withdrawn).toBeUndefined();
  });

  test('the same bytes give the same framework', () => {
    const bytes = () =>
      canonicalBytes(read({ catalog: { metadata: METADATA, ...whole } }).framework as unknown as Json);
    expect(bytes()).toEqual(bytes());
  });

  test.each([
    [
      'of several, the one without a class',
      [label('AC-01', 'sp800-53a'), label('X', 'sp800-53'), label('AC-1')],
      'AC-1',
    ],
    ['else the one of SP 800-53', [label('AC-01', 'zero-padded'), label('AC-1!', 'sp800-53')], 'AC-1!'],
    ['never a padded one', [label('AC-01', 'zero-padded'), label('AC-01', 'sp800-53a')], 'AC-1'],
    ['another class before none', [label('GOV-1', 'internal')], 'GOV-1'],
  ])('the label shown is %s', (_, props, shown) => {
    expect(only({ props }).label).toBe(shown);
  });

  test('the spellings of OSCAL before 1.0 are understood', () => {
    const control = only({
      properties: [{ name: 'label', value: 'AC-1' }],
      annotations: [{ name: 'status', value: 'Withdrawn' }],
      links: [{ href: '#ac-5', rel: 'moved' }],
      parameters: { p1: { label: 'a' }, p2: { select: { 'how-many': 'one', alternatives: ['{{ p1 }}'] } } },
      parts: [{ name: 'statement', prose: 'Do {{ p2 }}' }],
    });
    expect(control.label).toBe('AC-1');
    expect(control.withdrawn).toEqual({ reason: 'moved', into: ['ac-5'] });
    expect(controlLines(control)[0]?.text).toBe('Do [Selection (one): [Assignment: a]]');
  });
});

test('a lent parameter brings those that its own choices name', () => {
  const params = [
    { id: 'x', select: { choice: ['by {{ y }}'] } },
    { id: 'y', values: ['noon'] },
    { id: 'z' },
  ];
  const parts = [{ name: 'statement', prose: 'Do it {{ x }}' }];
  const [control] = taken({ params, controls: [{ id: 'a', title: 't', parts }] }).framework.controls;
  expect(control?.parameters.map(({ id, declaredBy }) => [id, declaredBy])).toEqual([
    ['x', '/'],
    ['y', '/'],
  ]);
  expect(control && controlLines(control)[0]?.text).toBe('Do it [Selection: by noon]');
});

test('a file of nothing but one id comes in within seconds', () => {
  const before = performance.now();
  const { framework } = read({ catalog: { controls: Array.from({ length: 30_000 }, () => ({ id: 'a' })) } });
  expect(framework?.controls.at(-1)?.path).toBe('a~30000');
  expect(performance.now() - before).toBeLessThan(10_000);
});

describe('where the schema is broken, what is sound comes in and the rest is told', () => {
  test('the same id twice gives two controls with paths of their own', () => {
    const controls = ['a-1', 'A-1', 'a-1'].map((id) => ({ id, title: id }));
    const { framework, problems } = taken({ controls });
    expect(framework.controls.map(({ path, sourceId }) => [path, sourceId])).toEqual([
      ['a-1', 'a-1'],
      ['a-1~2', 'A-1'],
      ['a-1~3', 'a-1'],
    ]);
    expect(problems).toEqual(['duplicate-id /catalog/controls/1', 'duplicate-id /catalog/controls/2']);
  });

  test('a control keeps its bare id where a group bears it too', () => {
    const { framework, problems } = taken({
      groups: [{ id: 'a', title: 'A', controls: [{ id: 'a', title: 'a' }] }],
    });
    expect([framework.groups[0]?.path, framework.controls[0]?.path, problems]).toEqual(['group/a', 'a', []]);
  });

  test.each<[string, object, string[]]>([
    ['no title of a control', { controls: [{ id: 'a' }] }, ['missing-title /catalog/controls/0']],
    ['no id of a control', { controls: [{ title: 'T' }] }, ['missing-id /catalog/controls/0']],
    [
      'a control that is no object',
      { controls: [7, { id: 'a', title: 't' }] },
      ['not-an-object /catalog/controls/0'],
    ],
    [
      'groups that are no list',
      { groups: 'x', controls: [{ id: 'a', title: 't' }] },
      ['not-a-list /catalog/groups'],
    ],
    ['one object for a list', { controls: { id: 'a', title: 't' } }, ['not-a-list /catalog/controls']],
    ['a number for a text', { controls: [{ id: 'a', title: 5 }] }, ['not-a-text /catalog/controls/0/title']],
    [
      'an object for a text',
      { controls: [{ id: 'a', title: {} }] },
      ['not-a-text /catalog/controls/0/title', 'missing-title /catalog/controls/0'],
    ],
    [
      'no metadata title',
      { metadata: { version: '1' }, controls: [{ id: 'a', title: 't' }] },
      ['missing-title /catalog/metadata/title'],
    ],
    [
      'no metadata',
      { metadata: null, controls: [{ id: 'a', title: 't' }] },
      ['missing-title /catalog/metadata/title', 'missing-version /catalog/metadata/version'],
    ],
    [
      'a property without a value',
      { controls: [{ id: 'a', title: 't', props: [{ name: 'x' }] }] },
      ['broken-property /catalog/controls/0/props/0'],
    ],
    [
      'a link without an href',
      { controls: [{ id: 'a', title: 't', links: [{}] }] },
      ['broken-link /catalog/controls/0/links/0'],
    ],
    [
      'a link that leads nowhere, told once',
      { controls: [{ id: 'a', title: 't', links: [{ href: '#gone' }, { href: '#gone' }, { href: '#a' }] }] },
      ['dangling-link /catalog/controls/0/links'],
    ],
    [
      'a parameter nobody declares',
      {
        controls: [
          { id: 'a', title: 't', parts: [{ name: 'statement', prose: '{{ insert: param, gone }}' }] },
        ],
      },
      ['unknown-parameter /catalog/controls/0'],
    ],
    [
      'a parameter without an id',
      { controls: [{ id: 'a', title: 't', params: [{ label: 'x' }] }] },
      ['missing-id /catalog/controls/0/params/0'],
    ],
    [
      'a parameter declared twice',
      { controls: [{ id: 'a', title: 't', params: [{ id: 'p' }, { id: 'p' }] }] },
      ['duplicate-id /catalog/controls/0'],
    ],
    [
      'a part without a name',
      { controls: [{ id: 'a', title: 't', parts: [{}] }] },
      ['missing-name /catalog/controls/0/parts/0'],
    ],
  ])('%s', (_, catalog, problems) => {
    const read = taken(catalog);
    expect(read.framework.controls).toHaveLength(1);
    expect(read.problems).toEqual(problems);
  });

  test('a baseline says in one line that it leaves controls out', () => {
    const metadata = { ...METADATA, props: [{ name: 'resolution-tool', value: 'x' }] };
    const links = [{ href: '#b' }, { href: '#c' }];
    expect(taken({ metadata, controls: [{ id: 'a', title: 't', links }] }).problems).toEqual([
      'dangling-link /catalog',
    ]);
  });

  test('a catalog without its wrapper is taken in and told', () => {
    const { framework, problems } = read({ metadata: METADATA, controls: [{ id: 'a', title: 't' }] });
    expect(framework?.controls).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(['missing-wrapper']);
  });

  test('ids that are no tokens still give usable paths', () => {
    const ids = ['__proto__', 'a b\n/c', 'Ä', 'x'.repeat(5000), '..', '\u202e'];
    const { framework } = taken({ controls: ids.map((id) => ({ id, title: 't' })) });
    expect(framework.controls.map(({ path }) => path)).toEqual([
      '__proto__',
      'a-b-/c',
      'ä',
      'x'.repeat(360),
      '..',
      '\u202e',
    ]);
  });

  test('a text of a size no control has is cut and told', () => {
    const { framework, problems } = taken({ controls: [{ id: 'a', title: '😀'.repeat(500_001) }] });
    expect(framework.controls[0]?.title.length).toBe(1_000_000);
    expect(problems).toEqual(['text-too-long /catalog/controls/0/title']);
  });
});

describe('what is no catalog is refused with one clear sentence', () => {
  test.each<[string, unknown, string, string]>([
    [
      'a profile',
      { profile: {} },
      'not-a-catalog',
      'This is an OSCAL profile; what is taken in here is an OSCAL catalog.',
    ],
    [
      'a plan of action',
      { $schema: 'x', 'plan-of-action-and-milestones': {} },
      'not-a-catalog',
      'This is an OSCAL plan of action and milestones (POA&M); what is taken in here is an OSCAL catalog.',
    ],
    [
      'other JSON',
      { results: [] },
      'not-a-catalog',
      'This is JSON, but not an OSCAL catalog: it holds "results".',
    ],
    ['a list', [], 'not-a-catalog', 'This is JSON, but not an OSCAL document: it is no object.'],
    [
      'a catalog that is no object',
      { catalog: [] },
      'not-a-catalog',
      'The "catalog" of this file is no object.',
    ],
    [
      'a catalog of nothing',
      { catalog: { metadata: METADATA } },
      'no-controls',
      'This OSCAL catalog holds no controls, so there is nothing to take in.',
    ],
    [
      'a catalog of a million',
      { catalog: { metadata: METADATA, controls: Array.from({ length: 50_001 }, () => ({})) } },
      'too-complex',
      'This OSCAL catalog holds 50001 controls; up to 50000 are taken in.',
    ],
    [
      'a cut file',
      '{"catalog": {',
      'not-json',
      'This JSON cannot be read: the file ends too early (line 1, column 14).',
    ],
    ['an empty file', '', 'empty-file', 'This file is empty.'],
  ])('%s', (_, content, code, message) => {
    const { framework, problems } = read(content);
    expect(framework).toBeNull();
    expect(problems.map((problem) => [problem.code, problem.message, problem.severity])).toEqual([
      [code, message, 'error'],
    ]);
  });
});
