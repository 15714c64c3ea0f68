import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { composeBinder } from '../../../../../core/binder/compose/compose-binder.ts';
import { destinationOf } from '../../../../../core/binder/compose/plan.ts';
import type { BinderModel, ControlSection } from '../../../../../core/binder/model.ts';
import { assessmentOf, controlOf, sampleBinderModel } from '../../../../support/binder-model.ts';
import { folder, run, textOf } from './composed.ts';

const FAMILIES = 20;
const CONTROLS = 1189;
const EVIDENCE = 40;

/** A binder of the size of a whole catalogue, worked on throughout, each control leaning on two records. */
function largeModel(): BinderModel {
  const [first] = sampleBinderModel().evidence;
  if (first === undefined) throw new Error('the sample has no evidence');
  const idOf = (n: number) => `${n % EVIDENCE}`.padStart(32, '0');
  const controls = Array.from({ length: CONTROLS }, (_, n) =>
    controlOf(`F${n % FAMILIES}-${n}`, `Control number ${n}`, {
      assessments: [assessmentOf({ evidence: [idOf(n), idOf(n + 7)] })],
    }),
  );
  const supported = (n: number) =>
    controls.filter((_, c) => c % EVIDENCE === n || (c + 7) % EVIDENCE === n).map(supportOf);
  const evidence = Array.from({ length: EVIDENCE }, (_, n) => ({
    ...first,
    id: idOf(n),
    reference: `E-${n}`,
    title: `Record ${n}`,
    supports: supported(n),
  }));
  const groups = Array.from({ length: FAMILIES }, (_, f) => ({
    title: `Family ${f}`,
    controls: controls.filter((_, n) => n % FAMILIES === f),
  }));
  return sampleBinderModel({ groups, evidence });
}

const titleOf = ({ label, title }: ControlSection) => `${label} ${title}`;
const supportOf = (control: ControlSection) => ({ id: control.id, label: titleOf(control) });

interface Bookmark {
  readonly title: string;
  readonly kids: readonly Bookmark[];
  readonly destpageposfrom1: number | null;
}
const Bookmark: z.ZodType<Bookmark> = z.lazy(() =>
  z.object({ title: z.string(), kids: z.array(Bookmark), destpageposfrom1: z.int().nullable() }),
);
const Described = z.object({
  outlines: z.array(Bookmark),
  pages: z.array(z.object({ object: z.string() })),
  qpdf: z.tuple([z.unknown(), z.record(z.string(), z.unknown())]),
});
const Annotations = z.object({ value: z.object({ '/Annots': z.unknown() }) });
const Leads = z.object({ value: z.looseObject({ '/Dest': z.string() }) });

describe('the proof of any of 1,189 controls', () => {
  const model = largeModel();
  const all = model.groups.flatMap(({ controls }) => controls);
  /** Where the links of each page lead, by its number. */
  let links: readonly ReadonlySet<string>[] = [];
  /** By title: clicks to each bookmark, where every level above it is opened by one, and the page it leads to. */
  const marks = new Map<string, { readonly clicks: number; readonly page: number }>();
  let lastOfContents = 0;
  let dir: Awaited<ReturnType<typeof folder>>;
  let file = '';

  beforeAll(async () => {
    dir = await folder();
    file = `${dir.path}/binder.pdf`;
    await composeBinder(model, file);
    const json: unknown = JSON.parse(run('qpdf', '--json=2', '--json-stream-data=none', file));
    const { outlines, pages, qpdf } = Described.parse(json);
    const [, objects] = qpdf;
    const objectOf = (ref: string) => objects[`obj:${ref}`];
    links = pages.map(({ object }) => {
      const stated = Annotations.safeParse(objectOf(object)).data?.value['/Annots'];
      const refs = z.array(z.string()).catch([]).parse(stated);
      return new Set(
        refs.flatMap((ref) => {
          const lead = Leads.safeParse(objectOf(ref)).data?.value['/Dest'];
          return lead === undefined ? [] : [lead.replace(/^[ub]:/, '')];
        }),
      );
    });
    const walk = (level: readonly Bookmark[], depth: number): void => {
      for (const { title, kids, destpageposfrom1: page } of level) {
        if (page !== null) marks.set(title, { clicks: depth, page });
        walk(kids, depth + 1);
      }
    };
    walk(outlines, 1);
    lastOfContents = (outlines[0]?.destpageposfrom1 ?? 0) - 1;
  });
  afterAll(() => dir[Symbol.asyncDispose]());

  test('is one click away in the contents, and three in the bookmarks', () => {
    const contents = new Set(links.slice(0, lastOfContents).flatMap((page) => [...page]));
    expect(lastOfContents).toBeGreaterThan(10);
    expect(all.filter(({ id }) => !contents.has(destinationOf.control(id)))).toEqual([]);
    expect(all.map((control) => marks.get(titleOf(control))?.clicks)).toEqual(all.map(() => 3));
  });

  test('shows its result, and its evidence by name and hash, where that click leads', () => {
    for (const control of [all[0], all[600], all.at(-1)].filter((one) => one !== undefined)) {
      const { page = 0 } = marks.get(titleOf(control)) ?? {};
      const printed = textOf(file, page, page + 1);
      const dossier = printed.slice(printed.indexOf(titleOf(control)));
      expect(dossier).toMatch(/Satisfied.*?E-\d+.*?accounts\.csv [0-9a-f]{64}/u);
    }
  });

  test('has its evidence with custody one click further, and that leads back', () => {
    const body = links.slice(lastOfContents);
    const leadsFrom = (title: string) => {
      const { page = 0 } = marks.get(title) ?? {};
      return new Set([...(links[page - 1] ?? []), ...(links[page] ?? [])]);
    };
    for (const control of all) {
      const wanted = control.assessments.flatMap(({ evidence }) => evidence.map(destinationOf.evidence));
      const there = leadsFrom(titleOf(control));
      expect(wanted.filter((name) => !there.has(name))).toEqual([]);
    }
    const everywhere = new Set(body.flatMap((page) => [...page]));
    const back = model.evidence.flatMap(({ supports }) =>
      supports.map(({ id }) => destinationOf.control(id)),
    );
    expect(back.filter((name) => !everywhere.has(name))).toEqual([]);
  });
});
