import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import type { ProgrammeRow } from '../../../../shared/contract/programme.ts';
import { CriterionRule } from '../../../../shared/domain/programme/criterion-rule.ts';
import { RULE_TITLES, ruleSentence } from '../../../../shared/domain/programme/rule-sentence.ts';
import { showDone, useAct, useUndo } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { useEngagement } from '../../../state/engagement.ts';
import { FaultCallout } from '../../common/fault-callout.tsx';
import { SEVERITY_OPTIONS } from '../record/programme-words.tsx';
import { usePut } from '../record/record-acts.ts';
import { choicesOf, chosenAmong, placesOf, titleIn } from './rule-names.ts';

type RuleName = CriterionRule['rule'];

/** The parts a rule may have, as they are typed; each rule takes those it knows. */
interface Parts {
  readonly by: string;
  readonly framework: string | null;
  readonly group: string | null;
  readonly share: number;
  readonly severity: string;
  readonly atMost: number;
  readonly counting: string;
  readonly checklist: string | null;
  readonly what: string;
  readonly kpi: string | null;
  readonly dimension: string | null;
  readonly of: string | null;
}

function partsOf(rule: CriterionRule, board: Board): Parts {
  const scope = 'scope' in rule ? rule.scope : {};
  return {
    by: rule.rule === 'attested' ? (rule.by ?? '') : '',
    framework: scope.framework ?? null,
    group: scope.group ?? null,
    share: rule.rule === 'controls-accepted' ? Math.round(rule.share * 100) : 100,
    severity: rule.rule === 'risks-at-most' ? rule.severity : 'P0',
    atMost: rule.rule === 'risks-at-most' ? rule.atMost : 0,
    counting: rule.rule === 'risks-at-most' ? rule.counting : 'open',
    checklist: rule.rule === 'checklist-complete' ? rule.checklist : null,
    what: rule.rule === 'artifact-attached' ? rule.what : '',
    kpi: rule.rule === 'kpi-at-target' ? chosenAmong(board.kpis, rule.kpi) : null,
    dimension: rule.rule === 'maturity-reached' ? chosenAmong(board.maturity, rule.dimension) : null,
    of: rule.rule === 'actions-done' ? chosenAmong(placesOf(board), rule.of ?? null) : null,
  };
}

/** The rule that the typed parts make; undefined while something is missing. */
function ruleFrom(name: RuleName, parts: Parts): CriterionRule | undefined {
  const scope = {
    ...(parts.framework === null ? {} : { framework: parts.framework }),
    ...(parts.group === null ? {} : { group: parts.group }),
  };
  const candidates: Readonly<Record<RuleName, unknown>> = {
    attested: { rule: name, ...(parts.by.trim() === '' ? {} : { by: parts.by.trim() }) },
    'controls-accepted': { rule: name, scope, share: parts.share / 100 },
    'evidence-fresh': { rule: name, scope },
    'risks-at-most': {
      rule: name,
      severity: parts.severity,
      atMost: parts.atMost,
      counting: parts.counting,
    },
    'checklist-complete': { rule: name, checklist: parts.checklist },
    'artifact-attached': { rule: name, what: parts.what.trim() === '' ? null : parts.what.trim() },
    'kpi-at-target': { rule: name, kpi: parts.kpi },
    'maturity-reached': { rule: name, dimension: parts.dimension },
    'actions-done': { rule: name, ...(parts.of === null ? {} : { of: parts.of }) },
  };
  const parsed = CriterionRule.safeParse(candidates[name]);
  return parsed.success ? parsed.data : undefined;
}

/** Chooses how a criterion is decided, and says in a sentence what that will mean. */
export function RuleForm(props: {
  row: ProgrammeRow;
  rule: CriterionRule;
  board: Board;
  onClose: () => void;
}) {
  const [name, setName] = useState<RuleName>(props.rule.rule);
  const [parts, setParts] = useState(() => partsOf(props.rule, props.board));
  const put = usePut(props.row);
  const undo = useUndo();
  const rule = ruleFrom(name, parts);
  const save = useAct((chosen: CriterionRule) => put({ rule: chosen }), {
    done: () => {
      showDone('The rule is changed.', () => undo());
      props.onClose();
    },
    failed: () => undefined,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (rule) save.mutate(rule);
  };
  return (
    <form className="stack inline-form" onSubmit={submit} aria-label="Rule of the criterion">
      <Select
        label="How it is decided"
        allowDeselect={false}
        data={Object.entries(RULE_TITLES).map(([value, label]) => ({ value, label }))}
        value={name}
        onChange={(value) =>
          setName(CriterionRule.options.find((o) => o.shape.rule.value === value)?.shape.rule.value ?? name)
        }
      />
      <div className="two-columns">
        <RuleParts
          name={name}
          parts={parts}
          board={props.board}
          set={(change) => setParts((now) => ({ ...now, ...change }))}
        />
      </div>
      <p role="status" className={rule ? '' : 'quiet'}>
        {rule ? ruleSentence(rule, titleIn(props.board)) : 'Say what it looks at.'}
      </p>
      <FaultCallout error={save.error} />
      <div className="row-acts">
        <Button type="submit" disabled={!rule} loading={save.isPending}>
          Use this rule
        </Button>
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly parts: Parts;
  readonly board: Board;
  readonly set: (change: Partial<Parts>) => void;
}

function RuleParts({ name, ...props }: PartProps & { name: RuleName }) {
  const { parts, board, set } = props;
  switch (name) {
    case 'attested':
      return (
        <TextInput
          label="Part they play"
          placeholder="Anybody who takes part"
          value={parts.by}
          onChange={(event) => set({ by: event.currentTarget.value })}
        />
      );
    case 'controls-accepted':
      return (
        <>
          <Scope {...props} />
          <NumberInput
            label="At least, in per cent"
            min={0}
            max={100}
            value={parts.share}
            onChange={(value) => set({ share: Number(value) })}
          />
        </>
      );
    case 'evidence-fresh':
      return <Scope {...props} />;
    case 'risks-at-most':
      return <RiskCount {...props} />;
    case 'checklist-complete':
      return <ChecklistChoice {...props} />;
    case 'artifact-attached':
      return (
        <TextInput
          label="What the file shows"
          value={parts.what}
          onChange={(event) => set({ what: event.currentTarget.value })}
        />
      );
    case 'kpi-at-target':
      return (
        <Select
          label="KPI"
          searchable
          data={choicesOf(board.kpis)}
          value={parts.kpi}
          onChange={(kpi) => set({ kpi })}
        />
      );
    case 'maturity-reached':
      return (
        <Select
          label="Dimension"
          searchable
          data={choicesOf(board.maturity)}
          value={parts.dimension}
          onChange={(dimension) => set({ dimension })}
        />
      );
    case 'actions-done':
      return (
        <Select
          label="Of"
          placeholder="What it belongs to itself"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Clear what the actions belong to' }}
          data={choicesOf(placesOf(board))}
          value={parts.of}
          onChange={(of) => set({ of })}
        />
      );
  }
}

const unique = (titles: readonly string[]) => [...new Set(titles)];

function RiskCount({ parts, set }: PartProps) {
  return (
    <>
      <Select
        label="Severity"
        allowDeselect={false}
        data={[...SEVERITY_OPTIONS]}
        value={parts.severity}
        onChange={(severity) => set({ severity: severity ?? 'P0' })}
      />
      <NumberInput
        label="At most"
        min={0}
        allowDecimal={false}
        value={parts.atMost}
        onChange={(value) => set({ atMost: Number(value) })}
      />
      <Select
        label="Counting"
        allowDeselect={false}
        data={[
          { value: 'open', label: 'Open ones' },
          { value: 'accepted', label: 'Accepted ones' },
        ]}
        value={parts.counting}
        onChange={(counting) => set({ counting: counting ?? 'open' })}
      />
    </>
  );
}

function Scope({ parts, board, set }: PartProps) {
  const { all } = useEngagement();
  const frameworks = all.find(({ id }) => id === board.engagement.id)?.frameworks ?? [];
  const framework = frameworks.find(({ id, title }) => parts.framework === id || parts.framework === title);
  const groups = board.groups.filter((group) => framework === undefined || group.framework === framework.id);
  return (
    <>
      <Select
        label="Framework"
        placeholder="All of them"
        clearable
        clearButtonProps={{ 'aria-label': 'Clear framework' }}
        data={unique(frameworks.map(({ title }) => title))}
        value={parts.framework}
        onChange={(chosen) => set({ framework: chosen, group: null })}
      />
      <Select
        label="Group"
        placeholder="The whole of it"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Clear group' }}
        data={unique(groups.map(({ title }) => title))}
        value={parts.group}
        onChange={(group) => set({ group })}
      />
    </>
  );
}

function ChecklistChoice({ parts, board, set }: PartProps) {
  const { orpc } = useApi();
  const input = { engagement: board.engagement.id, limit: 500 };
  const list = useQuery(orpc.checklists.list.queryOptions({ input }));
  const rows = list.data?.rows ?? [];
  // A title reads better in the rule; where two are called the same only the id says which.
  const named = rows.map((row) =>
    rows.filter(({ title }) => title === row.title).length === 1
      ? { value: row.title, label: row.title }
      : { value: row.id, label: `${row.title} (${row.of ?? row.frameworkTitle})` },
  );
  return (
    <Select
      label="Checklist"
      searchable
      data={named}
      value={parts.checklist}
      onChange={(checklist) => set({ checklist })}
    />
  );
}
