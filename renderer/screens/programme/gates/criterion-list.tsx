import { Button } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import type { ProgrammeView } from '../../../../shared/contract/programme.ts';
import { ATTESTED, CriterionRule } from '../../../../shared/domain/programme/criterion-rule.ts';
import { RULE_TITLES, ruleSentence } from '../../../../shared/domain/programme/rule-sentence.ts';
import { dated, day } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { useApi } from '../../../state/api.tsx';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { Because } from '../../common/evidence-beside.tsx';
import { HistoryList } from '../../common/history-list.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { Acceptances } from '../record/acceptances.tsx';
import { AttestForm } from '../record/attest-form.tsx';
import { AttestationList, Met } from '../record/fact-list.tsx';
import { ProofPart } from '../record/proof-part.tsx';
import { useMay } from '../record/record-acts.ts';
import { RuleForm } from './rule-form.tsx';
import { titleIn } from './rule-names.ts';

type Criterion = Board['criteria'][number];

/** What has to hold, each with its verdict, its reason and the rule behind it; one at a time unfolds to be worked. */
export function CriterionList(props: {
  criteria: readonly Criterion[];
  board: Board;
  /** Id of the criterion that begins unfolded. */
  opened: string | null;
}) {
  const [open, setOpen] = useState(props.opened);
  if (props.criteria.length === 0)
    return <p className="quiet beside-none">No criteria yet: nobody can say when this is done.</p>;
  return (
    <ul className="list-plain criteria">
      {props.criteria.map((criterion) => (
        <li key={criterion.record}>
          <button
            type="button"
            className="criterion-head"
            aria-expanded={open === criterion.id}
            onClick={() => setOpen(open === criterion.id ? null : criterion.id)}
          >
            <IconChevronRight size={14} aria-hidden="true" className="fold-mark" />
            <span className="grow">
              <span className="gate-title">{criterion.title}</span>
              <span className="under quiet">{dated(criterion.because)}</span>
            </span>
            <Verdict criterion={criterion} />
          </button>
          {open === criterion.id && <CriterionWork criterion={criterion} board={props.board} />}
        </li>
      ))}
    </ul>
  );
}

function Verdict({ criterion }: { criterion: Criterion }) {
  if (criterion.exception === null) return <Met met={criterion.met} />;
  const { by, until } = criterion.exception;
  return (
    <Pill tone="warn" shape="◇" title={`Approved by ${by}${until === null ? '' : ` until ${day(until)}`}`}>
      Passes by exception
    </Pill>
  );
}

function CriterionWork({ criterion, board }: { criterion: Criterion; board: Board }) {
  const { orpc } = useApi();
  const view = useQuery(orpc.programme.get.queryOptions({ input: { record: criterion.record } }));
  return (
    <div className="criterion-work">
      <Loaded query={view} label="Loading the criterion" rows={3}>
        {(data) => <Worked view={data} criterion={criterion} board={board} />}
      </Loaded>
    </div>
  );
}

function Worked(props: { view: ProgrammeView; criterion: Criterion; board: Board }) {
  const { view, criterion, board } = props;
  const { row } = view;
  const may = useMay();
  const [doing, setDoing] = useState<'attest' | 'rule' | null>(null);
  const rule = CriterionRule.safeParse(row.body.rule);
  const hasRule = row.kind === 'criterion' || row.kind === 'gate';
  const close = () => setDoing(null);
  useSingleKeys({ t: () => may.attestBecause === '' && setDoing('attest') }, doing === null);
  return (
    <>
      <div className="rule-line">
        <div className="grow">
          <span className="quiet">Decided by </span>
          {ruleSentence(rule.success ? rule.data : ATTESTED, titleIn(board))}
        </div>
        {hasRule && (
          <Because because={may.decideBecause}>
            <Button
              size="compact-sm"
              variant="default"
              disabled={!may.decide}
              onClick={() => setDoing(doing === 'rule' ? null : 'rule')}
            >
              Change the rule
            </Button>
          </Because>
        )}
        <Because because={may.attestBecause}>
          <Button
            size="compact-sm"
            variant={criterion.rule === 'attested' ? 'filled' : 'default'}
            disabled={may.attestBecause !== ''}
            onClick={() => setDoing(doing === 'attest' ? null : 'attest')}
          >
            Attest
            <KeyHint keys="T" />
          </Button>
        </Because>
      </div>
      {criterion.rule !== 'attested' && doing === 'attest' && (
        <p className="callout callout-info">
          {`This is decided from the records (${RULE_TITLES[rule.success ? rule.data.rule : 'attested'].toLowerCase()}). Your word is kept beside it, and does not change the verdict.`}
        </p>
      )}
      {doing === 'rule' && (
        <RuleForm row={row} rule={rule.success ? rule.data : ATTESTED} board={board} onClose={close} />
      )}
      {doing === 'attest' && <AttestForm record={row.record} onClose={close} />}
      <AttestationList facts={view.facts} />
      <ProofPart record={row.record} proofs={view.proofs} label={`“${row.title}”`} keys />
      <Acceptances record={row.record} kind="exception" board={board} keys />
      <details className="more">
        <summary>History ({view.history.length})</summary>
        <HistoryList history={view.history} />
      </details>
    </>
  );
}
