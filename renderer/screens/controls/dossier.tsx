import { ActionIcon, SegmentedControl } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ControlDossier } from '../../../shared/contract/frameworks.ts';
import { hasBegun } from '../../../shared/domain/results.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { Section } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { useEngagement } from '../../state/engagement.ts';
import { go } from '../../state/place.ts';
import { EvidenceBeside } from '../common/evidence-beside.tsx';
import { HistoryList } from '../common/history-list.tsx';
import { Loaded } from '../common/loaded.tsx';
import { StatusPill, VoidPill } from '../common/words.tsx';
import { OutcomePill } from '../programme/period/roll-words.tsx';
import { AssessmentPart } from './assessment-part.tsx';
import { ControlText } from './control-text.tsx';
import { ResultChoice } from './result-choice.tsx';

/** One control: its text, what is claimed about it, and the evidence beside the claim. */
export function ControlDossierPanel({ control, onClose }: { control: string; onClose: () => void }) {
  const { orpc } = useApi();
  const { engagement, subject } = useEngagement();
  const input = { control, ...(engagement ? { engagement: engagement.id } : {}) };
  const dossier = useQuery(orpc.controls.get.queryOptions({ input }));
  const label = dossier.data?.control.label;
  return (
    <aside className="dossier" aria-label={label === undefined ? 'Control' : `Control ${label}`}>
      <Loaded query={dossier} label="Loading the control" rows={10}>
        {(data) => <Dossier dossier={data} subject={subject?.id} onClose={onClose} />}
      </Loaded>
    </aside>
  );
}

function Dossier(props: { dossier: ControlDossier; subject: string | undefined; onClose: () => void }) {
  const { control, assessments } = props.dossier;
  const current = assessments.find((a) => a.subject.id === props.subject) ?? assessments[0];
  return (
    <>
      <header className="dossier-head">
        <p className="quiet cut">
          <code>{control.label}</code> · {control.frameworkTitle}
          {current && ` · ${current.subject.name}`}
        </p>
        <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
        <ActionIcon aria-label="Close the control" onClick={props.onClose}>
          <IconX size={15} />
        </ActionIcon>
      </header>
      <div className={`dossier-body ${current && !control.withdrawn ? 'dossier-worked' : ''}`}>
        <div className="dossier-claim">
          <h2>{control.title}</h2>
          <div className="row-acts dossier-pills">
            {current && (
              <StatusPill status={current.status} begun={hasBegun(current, current.evidence.length)} />
            )}
            {current?.voided && <VoidPill />}
            {current?.evidence.some(({ state }) => state === 'stale' || state === 'expired') && (
              <Pill tone="bad" title="It does not count as ready until the evidence is renewed or attested">
                Leans on stale evidence
              </Pill>
            )}
            {control.severity && <Pill tone="warn">Severity {control.severity}</Pill>}
          </div>
          {current?.rolled && <RolledLine rolled={current.rolled} />}
          <SubjectSwitch assessments={assessments} current={current?.subject.id} />
          <Withdrawn control={control} />
          <ControlText control={control} />
          {!current && !control.withdrawn && (
            <p className="callout callout-info">
              Results, evidence and sign-offs belong to an engagement.{' '}
              <button type="button" className="link" onClick={() => go('frameworks', 'engagement')}>
                Start an engagement
              </button>
            </p>
          )}
        </div>
        {current && !control.withdrawn && <Work key={current.id} control={control} current={current} />}
      </div>
    </>
  );
}

/** The work on it, beside what it asks: result, method, note and sign-off, then the evidence, then how it came about. */
function Work(props: { control: ControlDossier['control']; current: ControlDossier['assessments'][number] }) {
  const { control, current } = props;
  return (
    <div className="dossier-side">
      <div className="dossier-work">
        <ResultChoice control={control} assessment={current} />
        <AssessmentPart control={control} assessment={current} />
      </div>
      <div className="dossier-beside">
        <EvidenceBeside
          evidence={current.evidence}
          signOffs={current.signOffs}
          assessment={current.id}
          target={{
            control: control.id,
            engagement: current.engagement,
            subject: current.subject.id,
            label: control.label,
          }}
          because={current.may.assess.allowed ? '' : current.may.assess.because}
        />
      </div>
      <div className="dossier-trail">
        <Section title="History">
          <HistoryList history={current.history} />
        </Section>
      </div>
    </div>
  );
}

function RolledLine({ rolled }: { rolled: NonNullable<ControlDossier['assessments'][number]['rolled']> }) {
  return (
    <p className="quiet">
      <OutcomePill outcome={rolled.outcome} /> from the last period by {rolled.by.name}: {rolled.decision}
    </p>
  );
}

function Withdrawn({ control }: { control: ControlDossier['control'] }) {
  if (!control.withdrawn) return null;
  const { reason, into } = control.withdrawn;
  const words = { incorporated: 'incorporated into', moved: 'moved to', withdrawn: 'withdrawn; see' }[reason];
  return (
    <p className="callout callout-info">
      This control no longer stands. It was{' '}
      {into.length > 0 ? `${words} ${into.map((id) => id.toUpperCase()).join(', ')}` : 'withdrawn'}.
    </p>
  );
}

function SubjectSwitch({
  assessments,
  current,
}: {
  assessments: ControlDossier['assessments'];
  current: string | undefined;
}) {
  if (assessments.length < 2) return null;
  return (
    <SegmentedControl
      mb="xs"
      aria-label="Subject"
      value={current ?? ''}
      onChange={(subject) => useChoices.setState({ subject })}
      data={assessments.map((a) => ({ value: a.subject.id, label: a.subject.name }))}
    />
  );
}
