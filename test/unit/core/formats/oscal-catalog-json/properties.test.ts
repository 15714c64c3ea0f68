import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../../../../core/formats/index.ts';
import { oscalCatalogJson } from '../../../../../core/formats/oscal-catalog-json/index.ts';
import { controlLines } from '../../../../../shared/domain/control-text.ts';
import { NormalisedFramework } from '../../../../../shared/domain/framework.ts';
import { canonicalBytes, type Json } from '../../../../../shared/ledger/canonical.ts';
import { importSource } from '../../../../support/import-source.ts';

interface ControlTree {
  readonly id: string;
  readonly withdrawn: boolean;
  readonly params: number;
  readonly controls: readonly ControlTree[];
}
interface GroupTree {
  readonly controls: readonly ControlTree[];
  readonly groups: readonly GroupTree[];
}

function controlTree(depth: number): fc.Arbitrary<ControlTree> {
  return fc.record({
    id: fc.constantFrom('ac-1', 'AC-1', 'ac-2', 'ac-2.1', 'x', 'Ä', '制御'),
    withdrawn: fc.boolean(),
    params: fc.nat(3),
    controls: depth === 0 ? fc.constant([]) : fc.array(controlTree(depth - 1), { maxLength: 2 }),
  });
}

function groupTree(depth: number): fc.Arbitrary<GroupTree> {
  return fc.record({
    controls: fc.array(controlTree(3), { maxLength: 3 }),
    groups: depth === 0 ? fc.constant([]) : fc.array(groupTree(depth - 1), { maxLength: 3 }),
  });
}

function written(tree: ControlTree): object {
  return {
    id: tree.id,
    title: tree.id,
    props: tree.withdrawn ? [{ name: 'status', value: 'withdrawn' }] : [],
    params: Array.from({ length: tree.params }, (_, i) => ({ id: `p${i}` })),
    controls: tree.controls.map(written),
  };
}

function writtenGroup(tree: GroupTree): object {
  return { title: 'G', controls: tree.controls.map(written), groups: tree.groups.map(writtenGroup) };
}

const below = (tree: ControlTree): ControlTree[] => [tree, ...tree.controls.flatMap(below)];
const groupsIn = (tree: GroupTree): GroupTree[] =>
  tree.groups.flatMap((child) => [child, ...groupsIn(child)]);

function counted(root: GroupTree) {
  const groups = groupsIn(root);
  const top = [root, ...groups].flatMap((tree) => tree.controls);
  const all = top.flatMap(below);
  return {
    groups: groups.length,
    controls: all.length,
    enhancements: all.length - top.length,
    withdrawn: all.filter((tree) => tree.withdrawn).length,
    parameters: all.reduce((sum, tree) => sum + tree.params, 0),
  };
}

const SMALL = JSON.stringify({
  catalog: {
    uuid: 'u',
    metadata: { title: 'T', version: '1' },
    groups: [
      {
        id: 'ac',
        title: 'Access',
        controls: [
          {
            id: 'ac-1',
            title: 'Täuschung',
            params: [{ id: 'p', select: { 'how-many': 'one', choice: ['a', 'b'] } }],
            props: [{ name: 'label', value: 'AC-1' }],
            links: [{ href: '#ac-1', rel: 'related' }],
            parts: [{ id: 's', name: 'statement', prose: 'Do *{{ insert: param, p }}* \\u00e9' }],
          },
        ],
      },
    ],
  },
});

/** Reads as the import does, and shows what was read; throws only on a defect. */
function survives(bytes: Uint8Array): void {
  const source = importSource(bytes);
  detectFormat(source);
  const { framework, problems } = oscalCatalogJson.read(source);
  if (framework === null) {
    expect(problems.some((problem) => problem.severity === 'error')).toBe(true);
    return;
  }
  canonicalBytes(NormalisedFramework.parse(framework) as unknown as Json);
  for (const control of framework.controls) controlLines(control);
}

describe('any catalog', () => {
  test('comes in with exactly the nodes it has, each with a path of its own', () => {
    fc.assert(
      fc.property(groupTree(3), (root) => {
        const expected = counted(root);
        const source = importSource({
          catalog: { metadata: { title: 'T', version: '1' }, ...writtenGroup(root) },
        });
        const { framework, counts } = oscalCatalogJson.read(source);
        if (expected.controls === 0) {
          expect(framework).toBeNull();
          return;
        }
        expect(counts).toEqual(expected);
        const nodes = [...(framework?.groups ?? []), ...(framework?.controls ?? [])];
        const paths = new Set(nodes.map((node) => node.path));
        expect(paths.size).toBe(nodes.length);
        const parents = nodes.flatMap((node) => node.parent ?? []);
        expect(parents.filter((path) => !paths.has(path))).toEqual([]);
      }),
      { seed: 3, numRuns: 150 },
    );
  });

  test('cut anywhere, it is refused or read, and nothing throws', () => {
    const bytes = Buffer.from(SMALL);
    for (let length = 0; length <= bytes.length; length += 1) survives(bytes.subarray(0, length));
  });

  test('with bytes changed anywhere, it is refused or read, and nothing throws', () => {
    const flip = fc.tuple(fc.nat(SMALL.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
        const bytes = Buffer.from(SMALL);
        for (const [at, byte] of flips) bytes[at] = byte;
        survives(bytes);
      }),
      { seed: 4, numRuns: 1500 },
    );
  });

  test('with any value of it replaced by any other JSON, it is refused or read, and nothing throws', () => {
    const places = [...SMALL.matchAll(/"(?:[a-z-]+)":/g)].map((found) => found.index + found[0].length);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, json) => {
        const tail = SMALL.slice(place);
        const value = /^(?:"[^"]*")/.exec(tail)?.[0] ?? balanced(tail);
        survives(Buffer.from(`${SMALL.slice(0, place)}${JSON.stringify(json)}${tail.slice(value.length)}`));
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

/** The bracketed value a text begins with; brackets in the fixture never stand inside texts unpaired. */
function balanced(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if ('[{'.includes(text.charAt(at))) depth += 1;
    if (']}'.includes(text.charAt(at))) depth -= 1;
    if (depth === 0) return text.slice(0, at + 1);
  }
  return text;
}
