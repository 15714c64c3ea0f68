import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { controlLines, controlTextHash } from '../../../../shared/domain/control-text.ts';
import type { Control, Parameter, Part } from '../../../../shared/domain/framework.ts';
import { plainText, proseLines } from '../../../../shared/domain/markup.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

function control(parts: Part[], parameters: Parameter[] = []): Control {
  return {
    path: 'ac-1',
    label: 'AC-1',
    sourceId: 'ac-1',
    title: 'Policy',
    order: 1,
    parameters,
    parts,
    links: [],
    props: [],
  };
}

function shown(prose: string, ...parameters: Parameter[]): string {
  return controlLines(control([{ name: 'statement', prose }], parameters))
    .map((line) => line.text)
    .join('\n');
}

describe('the text of a control', () => {
  test('is its parts from top to bottom, with labels, depth and what they are', () => {
    const lines = controlLines(
      control([
        {
          name: 'statement',
          parts: [
            {
              name: 'item',
              label: 'a.',
              prose: 'First:',
              parts: [{ name: 'item', label: '1.', prose: 'Deep' }],
            },
            {
              name: 'item',
              label: 'b.',
              parts: [{ name: 'item', label: '1.', prose: 'Under a bare label' }],
            },
          ],
        },
        { name: 'guidance', prose: 'One.\n\nTwo\nlines.' },
        {
          name: 'assessment-method',
          label: 'AC-01-Examine',
          props: [{ name: 'method', value: 'EXAMINE' }],
          parts: [{ name: 'assessment-objects', prose: 'Policy' }],
        },
        { name: 'coso-principle', title: 'A title', prose: 'Words' },
      ]),
    );
    expect(lines.map(({ kind, label, depth, text }) => [kind, depth, label, text])).toEqual([
      ['statement', 0, 'a.', 'First:'],
      ['statement', 1, '1.', 'Deep'],
      ['statement', 0, 'b.', ''],
      ['statement', 1, '1.', 'Under a bare label'],
      ['guidance', 0, '', 'One.'],
      ['guidance', 0, '', 'Two lines.'],
      ['objective', 0, 'AC-01-Examine', 'EXAMINE'],
      ['objective', 1, '', 'Policy'],
      ['other', 0, '', 'A title'],
      ['other', 0, '', 'Words'],
    ]);
  });

  test('says where each parameter stands', () => {
    const parameters = [
      { id: 'p1', label: 'organization-defined role' },
      { id: 'p2', values: ['30 days', 'a year'] },
    ];
    const [line] = controlLines(
      control(
        [{ name: 'statement', prose: ' Tell *the* {{ insert: param, p1 }} within {{ p2 }} ; then stop' }],
        parameters,
      ),
    );
    expect(line?.text).toBe(
      'Tell the [Assignment: organization-defined role] within 30 days, a year; then stop',
    );
    expect(line?.inserts.map(({ from, to, parameter }) => [parameter, line.text.slice(from, to)])).toEqual([
      ['p1', '[Assignment: organization-defined role]'],
      ['p2', '30 days, a year'],
    ]);
  });

  test('shows choices with how many, and the parameters inside them', () => {
    const choice = { howMany: 'one-or-more', options: ['lock for {{ insert: param, p2 }} ', 'notify'] };
    expect(shown('{{ insert: param, p1 }}', { id: 'p1', choice }, { id: 'p2', label: 'a time' })).toBe(
      '[Selection (one or more): lock for [Assignment: a time]; notify]',
    );
    expect(shown('{{ p1 }}', { id: 'p1', choice: { options: ['x', 'y'] } })).toBe('[Selection: x; y]');
  });

  test('shows the words of SP 800-53 for the parameters of SP 800-53A', () => {
    const props = [{ name: 'alt-label', value: 'message or banner', class: 'sp800-53' }];
    expect(shown('{{ insert: param, ac-08_odp.01 }}', { id: 'ac-08_odp.01', label: 'message', props })).toBe(
      '[Assignment: organization-defined message or banner]',
    );
    expect(shown('{{ gc.1-prm1 }}', { id: 'gc.1-prm1', label: 'einem Standard' })).toBe(
      '[Assignment: einem Standard]',
    );
  });

  test('names a parameter that nobody declares, and one that leads back to itself', () => {
    const a = { id: 'a', choice: { options: ['{{ b }}'] } };
    const b = { id: 'b', choice: { options: ['{{ a }}', 'end'] } };
    expect(shown('{{ insert: param, gone }} {{ a }}', a, b)).toBe(
      '[Assignment: gone] [Selection: [Selection: [Assignment: a]; end]]',
    );
  });

  test('stays small where parameters are built to blow up', () => {
    const parameters = Array.from({ length: 60 }, (_, i) => ({
      id: `p${i}`,
      choice: { options: Array.from({ length: 10 }, () => `{{ p${i + 1} }}`) },
    }));
    const text = shown('{{ p0 }} '.repeat(1000), ...parameters);
    expect(text.length).toBeLessThan(400_000);
  });
});

describe('prose is reduced to plain text', () => {
  test.each([
    ['*emphasis* and **strong** and ***both***', 'emphasis and strong and both'],
    ['see [AU-2](#au-2), [](#x) and ![a figure](f.png "t")', 'see AU-2,  and a figure'],
    ['5 * 3 * 2 and ac-1_prm_1_x and _so_', '5 * 3 * 2 and ac-1_prm_1_x and so'],
    ['\\*not\\* emphasis, AT\\&T, `code`', '*not* emphasis, AT&T, code'],
    ['a &lt; b &amp; c &#169; &#xE9; &bogus; &#xD800;', 'a < b & c © é &bogus; &#xD800;'],
    ['لا *تغيير* — 変更なし', 'لا تغيير — 変更なし'],
  ])('%s', (markup, plain) => {
    expect(plainText(markup)).toBe(plain);
  });

  test('lists, headings and tables keep their lines, and "1." before each entry is counted', () => {
    const prose = 'Lead\nin:\n* one\n* two\nmore\n\n1. a\n1. b\n\n# Head\nunder\n|x|y|\n|-|-|\n3. c\n7. d';
    expect(proseLines(prose)).toEqual([
      'Lead in:',
      '• one',
      '• two more',
      '1. a',
      '2. b',
      'Head',
      'under',
      '|x|y|',
      '|-|-|',
      '3. c',
      '7. d',
    ]);
  });
});

describe('the hash of a control text', () => {
  const base = () =>
    control([{ id: 'x', name: 'statement', prose: 'Do {{ p }}.' }], [{ id: 'p', label: 'it' }]);
  const hash = (change: (c: Control) => Control) => controlTextHash(sha256, change(base()));

  test('is fixed: sign-offs are bound to it', () => {
    expect(hash((c) => c)).toBe('b32b0515dc10e01248454a39419926f2084d866a26d69ff5077925ac3dc2d8e9');
  });

  test.each<[string, (c: Control) => Control]>([
    ['order and path', (c) => ({ ...c, order: 99, path: 'ac-1~2' })],
    ['ids of parts', (c) => ({ ...c, parts: c.parts.map((part) => ({ ...part, id: 'other' })) })],
    ['links and properties', (c) => ({ ...c, links: [{ href: '#x' }], props: [{ name: 'a', value: 'b' }] })],
  ])('does not change with %s', (_, change) => {
    expect(hash(change)).toBe(hash((c) => c));
  });

  test('does not change with line ends and outer white space', () => {
    const of = (prose: string) => hash((c) => ({ ...c, parts: [{ name: 'statement', prose }] }));
    expect([of('One.\r\n\rTwo.\r\n'), of(' One.\n\nTwo.')]).toEqual([of('One.\n\nTwo.'), of('One.\n\nTwo.')]);
  });

  test.each<[string, (c: Control) => Control]>([
    ['label', (c) => ({ ...c, label: 'AC-9' })],
    ['title', (c) => ({ ...c, title: 'Other' })],
    ['prose', (c) => ({ ...c, parts: [{ name: 'statement', prose: 'Do not {{ p }}.' }] })],
    ['part label', (c) => ({ ...c, parts: c.parts.map((part) => ({ ...part, label: 'a.' })) })],
    [
      'nested part',
      (c) => ({ ...c, parts: c.parts.map((part) => ({ ...part, parts: [{ name: 'item' }] })) }),
    ],
    ['parameter label', (c) => ({ ...c, parameters: [{ id: 'p', label: 'that' }] })],
    ['parameter value', (c) => ({ ...c, parameters: [{ id: 'p', label: 'it', values: ['now'] }] })],
    ['constraint', (c) => ({ ...c, parameters: [{ id: 'p', label: 'it', constraints: ['monthly'] }] })],
    ['withdrawal', (c) => ({ ...c, withdrawn: { reason: 'moved', into: ['ac-2'] } })],
    ['severity', (c) => ({ ...c, severity: 'high' })],
  ])('changes with the %s', (_, change) => {
    expect(hash(change)).not.toBe(hash((c) => c));
  });
});
