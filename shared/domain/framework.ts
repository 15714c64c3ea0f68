import { z } from 'zod';
import { CriterionRule } from './programme/criterion-rule.ts';

/**
 * The normalised form of an imported framework. It is stored as canonical JSON in the vault; its SHA-256
 * gives the framework's id, and rebuilding the tables reads this form, never the original through a newer parser.
 *
 * `path` is unique within the framework and stable between two readings of the same source: it identifies the
 * node for ever. Paths are lower-case, segments joined by `/` (`ac-2.1`, `phase-1/exit/2`).
 */
const Path = z.string().min(1).max(400);

export const FrameworkKind = z.enum(['catalog', 'profile', 'benchmark', 'library', 'plan']);
export type FrameworkKind = z.infer<typeof FrameworkKind>;

export const Property = z.strictObject({
  name: z.string(),
  value: z.string(),
  ns: z.string().optional(),
  class: z.string().optional(),
});

/** A parameter of a control (OSCAL `param`). */
export const Parameter = z.strictObject({
  id: z.string(),
  label: z.string().optional(),
  values: z.array(z.string()).optional(),
  choice: z.strictObject({ howMany: z.string().optional(), options: z.array(z.string()) }).optional(),
  guidelines: z.array(z.string()).optional(),
  usage: z.string().optional(),
  /** What a value must keep to (FedRAMP: `at least annually`). */
  constraints: z.array(z.string()).optional(),
  props: z.array(Property).optional(),
  /** The path of the group or control that declares it (`/` for the catalog), where it is named here but declared elsewhere. */
  declaredBy: z.string().optional(),
});
export type Parameter = z.infer<typeof Parameter>;

/** A family of an OSCAL catalog or a section of a plan. */
export const Group = z.strictObject({
  path: Path,
  label: z.string(),
  title: z.string(),
  parent: Path.optional(),
  order: z.int(),
  prose: z.string().optional(),
  props: z.array(Property).optional(),
  /** Declared here for the controls below. */
  parameters: z.array(Parameter).optional(),
  /** The line of the source its heading stands on. */
  line: z.int().optional(),
});
export type Group = z.infer<typeof Group>;

/**
 * A piece of a control's text: `statement`, `item`, `guidance`, `assessment-objective`, `assessment-method`,
 * `check`, `fix` …  Prose keeps OSCAL's `{{ insert: param, id }}`; `shared/domain/control-text.ts` shows it.
 */
export interface Part {
  readonly id?: string | undefined;
  readonly name: string;
  readonly label?: string | undefined;
  readonly title?: string | undefined;
  readonly prose?: string | undefined;
  readonly class?: string | undefined;
  readonly props?: readonly z.infer<typeof Property>[] | undefined;
  readonly parts?: readonly Part[] | undefined;
}
export const Part: z.ZodType<Part> = z.lazy(() =>
  z.strictObject({
    id: z.string().optional(),
    name: z.string(),
    label: z.string().optional(),
    title: z.string().optional(),
    prose: z.string().optional(),
    class: z.string().optional(),
    props: z.array(Property).optional(),
    parts: z.array(Part).optional(),
  }),
);

/** Why a control no longer stands, and where it went. */
export const Withdrawal = z.strictObject({
  reason: z.enum(['incorporated', 'moved', 'withdrawn']),
  /** Control ids as written by the source (`ac-2`, `sc-7.5`), without `#`. */
  into: z.array(z.string()),
});

export const Control = z.strictObject({
  path: Path,
  /** As people write it: `AC-2(1)`. */
  label: z.string(),
  /** As the source writes it: `ac-2.1`. */
  sourceId: z.string(),
  title: z.string(),
  group: Path.optional(),
  /** The path of the control it enhances. */
  parent: Path.optional(),
  order: z.int(),
  class: z.string().optional(),
  severity: z.enum(['high', 'medium', 'low']).optional(),
  withdrawn: Withdrawal.optional(),
  parameters: z.array(Parameter),
  parts: z.array(Part),
  links: z.array(
    z.strictObject({ rel: z.string().optional(), href: z.string(), text: z.string().optional() }),
  ),
  props: z.array(Property),
});
export type Control = z.infer<typeof Control>;

const Node = { path: Path, order: z.int(), group: Path.optional(), line: z.int().optional() };

/** A numbered section with an owner, or a named workstream with an owner. */
export const Pillar = z.strictObject({
  ...Node,
  title: z.string(),
  owner: z.string(),
  scope: z.string().optional(),
});
export type Pillar = z.infer<typeof Pillar>;
export const Phase = z.strictObject({
  ...Node,
  title: z.string(),
  /** ISO dates, or day offsets from the programme's start where the plan names days. */
  from: z.string().optional(),
  to: z.string().optional(),
  fromDay: z.int().optional(),
  toDay: z.int().optional(),
  priority: z.string().optional(),
  scope: z.array(z.string()),
});
export type Phase = z.infer<typeof Phase>;
export const Gate = z.strictObject({
  ...Node,
  text: z.string(),
  /** Where the source states how it is decided; else a named person attests it. */
  rule: CriterionRule.optional(),
  /** The path of the phase it closes. */
  phase: Path.optional(),
});
export type Gate = z.infer<typeof Gate>;
export const Kpi = z.strictObject({
  ...Node,
  text: z.string(),
  cadence: z.string().optional(),
  unit: z.string().optional(),
  target: z.number().optional(),
  direction: z.enum(['up', 'down']).optional(),
});
export type Kpi = z.infer<typeof Kpi>;
export const Maturity = z.strictObject({
  ...Node,
  dimension: z.string(),
  current: z.number().optional(),
  target: z.number(),
  scale: z.number(),
});
export type Maturity = z.infer<typeof Maturity>;
export const Risk = z.strictObject({
  ...Node,
  title: z.string(),
  severity: z.string().optional(),
  remediation: z.string().optional(),
  owner: z.string().optional(),
  due: z.string().optional(),
  exit: z.string().optional(),
  likelihood: z.string().optional(),
  impact: z.string().optional(),
  category: z.string().optional(),
});
export type Risk = z.infer<typeof Risk>;
export const ChecklistNode = z.strictObject({
  ...Node,
  title: z.string(),
  /** The pillar or phase it belongs to. */
  of: Path.optional(),
});
export type ChecklistNode = z.infer<typeof ChecklistNode>;
export const ItemNode = z.strictObject({
  ...Node,
  checklist: Path,
  text: z.string(),
  /** The item it is nested under. */
  parent: Path.optional(),
  /** The source's own mark of a check box; absent where the line had no box. */
  checked: z.boolean().optional(),
  owner: z.string().optional(),
  due: z.string().optional(),
});
export type ItemNode = z.infer<typeof ItemNode>;
/** In place of a path: what the plan asks of each of its phases. Builds that do not know it show it beside them. */
export const OF_EVERY_PHASE = 'every-phase';

export const Criterion = z.strictObject({
  ...Node,
  kind: z.enum(['exit', 'acceptance', 'success', 'threshold', 'done']),
  /** The pillar, phase, gate or checklist it belongs to, or every phase. */
  of: Path.optional(),
  text: z.string(),
  rule: CriterionRule.optional(),
});
export type Criterion = z.infer<typeof Criterion>;
/** A line of the source kept as a note on a record (`on` is that record's path), so that nothing is lost. */
export const NodeNote = z.strictObject({ on: Path, text: z.string(), line: z.int() });
export type NodeNote = z.infer<typeof NodeNote>;

export const FRAMEWORK_SCHEMA = 'bindery.framework/1';

export const NormalisedFramework = z.strictObject({
  schema: z.literal(FRAMEWORK_SCHEMA),
  kind: FrameworkKind,
  /** The importer that read it: a key of `core/formats`. */
  format: z.string(),
  /** Of the original file, which is kept in the vault as well. */
  source: z.strictObject({ sha256: z.string(), bytes: z.int() }),
  title: z.string(),
  version: z.string(),
  published: z.string().optional(),
  language: z.string().optional(),
  /** Declared for the whole catalog. */
  parameters: z.array(Parameter).optional(),
  groups: z.array(Group),
  controls: z.array(Control),
  pillars: z.array(Pillar),
  phases: z.array(Phase),
  gates: z.array(Gate),
  kpis: z.array(Kpi),
  maturity: z.array(Maturity),
  risks: z.array(Risk),
  checklists: z.array(ChecklistNode),
  items: z.array(ItemNode),
  criteria: z.array(Criterion),
  notes: z.array(NodeNote),
});
export type NormalisedFramework = z.infer<typeof NormalisedFramework>;

/** One thing an importer has to say about a place in the file. `where` is a line (`line 12`) or a JSON pointer. */
export const ImportProblem = z.strictObject({
  where: z.string(),
  code: z.string(),
  message: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
});
export type ImportProblem = z.infer<typeof ImportProblem>;
