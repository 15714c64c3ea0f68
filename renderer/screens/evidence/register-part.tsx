import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { LinkReport, type RegisterRow } from '../../../shared/contract/register.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { dated, day, moment, plural } from '../../parts/format.ts';
import { stillNeeded } from '../../parts/needs.ts';
import { Section } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { useOpenSession } from '../../state/session.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { AttestEvidence } from './attest-evidence.tsx';
import { DeclareChange } from './declare-change.tsx';

/** What has to be done with a piece of evidence and why, who attested it, and what keeps it from being removed. */
export function RegisterPart({ evidence }: { evidence: EvidenceRow }) {
  const { orpc } = useApi();
  const list = useQuery(
    orpc.register.list.queryOptions({ input: { text: evidence.reference, limit: 1000 } }),
  );
  const row = list.data?.rows.find(({ id }) => id === evidence.id);
  if (!row) return null;
  return (
    <>
      {row.stale.length > 0 && (
        <div className="callout callout-bad register-stale">
          <strong>It cannot be relied on today</strong>
          {row.stale.map((sentence) => (
            <div key={sentence}>{sentence}.</div>
          ))}
        </div>
      )}
      <DueSection row={row} />
      <Attestation row={row} />
      <LinkCheck row={row} />
      <Hold row={row} />
    </>
  );
}

export const DUE_WORDS = {
  expiry: 'Expires',
  change: 'System changed',
  refresh: 'Refresh',
  attestation: 'Attest',
  links: 'Check links',
} as const;

function DueSection({ row }: { row: RegisterRow }) {
  return (
    <Section
      title="What is due, and why"
      aside={row.systems.length > 0 && <DeclareChange compact systems={row.systems} />}
    >
      <ul className="list-plain">
        {row.due.map((item) => (
          <li key={`${item.kind} ${item.on} ${item.because}`} className="due-line">
            {item.overdue ? (
              <Pill tone="bad">{DUE_WORDS[item.kind]}</Pill>
            ) : (
              <Pill tone="plain" shape="○">
                {DUE_WORDS[item.kind]}
              </Pill>
            )}
            <span className="grow quiet">{dated(item.because)}</span>
            <span className={item.overdue ? 'ink-bad' : ''}>{day(item.on)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Attestation({ row }: { row: RegisterRow }) {
  const { attestation } = row;
  return (
    <Section title="Attestation">
      {attestation === null ? (
        <p className="quiet">Nobody has attested it yet.</p>
      ) : (
        <div className="sign-off">
          <div className="grow">
            <strong>{attestation.by}</strong>
            <span className="quiet">
              {` · ${moment(attestation.at)}`}
              {attestation.until !== null && ` · until ${day(attestation.until)}`}
            </span>
            <div className="said">{attestation.statement}</div>
          </div>
          {attestation.met ? <Pill tone="good">Still holds</Pill> : <Pill tone="bad">No longer holds</Pill>}
        </div>
      )}
      <AttestEvidence evidence={[row.id]} label={row.reference} />
    </Section>
  );
}

function LinkCheck({ row }: { row: RegisterRow }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare');
  const job = useJob();
  const report = job.state?.state === 'done' ? LinkReport.safeParse(job.state.result) : null;
  return (
    <Section
      title="Files and links"
      aside={
        <Because because={may.allowed ? '' : may.because}>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!may.allowed || job.running}
            onClick={() => job.start(() => client.register.checkLinks({ evidence: [row.id] }))}
          >
            Check now
          </Button>
        </Because>
      }
    >
      {job.running && <JobProgress job={job} fallback="Checking" cancel />}
      <FaultCallout error={job.error} />
      {report?.success && report.data.rows.length > 0 && (
        <ul className="list-plain" aria-label="Findings">
          {report.data.rows.flatMap(({ findings }) =>
            findings.map((finding) => (
              <li key={finding.target}>
                <strong>{finding.outcome.replace('-', ' ')}</strong> {finding.target}
                <div className="quiet">{dated(finding.detail)}</div>
              </li>
            )),
          )}
        </ul>
      )}
      <p className="quiet">
        {row.check === null
          ? 'Never checked yet.'
          : `Checked ${moment(row.check.at)} by ${row.check.by}: ${row.check.broken === 0 ? 'nothing broken' : plural(row.check.broken, 'thing broken', 'things broken')}.`}
      </p>
    </Section>
  );
}

/** A legal hold: nothing removes what stands under one. */
function Hold({ row }: { row: RegisterRow }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'administer');
  const [writing, setWriting] = useState(false);
  const [reason, setReason] = useState('');
  const held = row.holds.length > 0;
  const act = useAct(() => client.register.hold({ evidence: [row.id], on: !held, reason: reason.trim() }), {
    done: () => {
      showDone(held ? 'The legal hold is lifted.' : 'A legal hold stands on it now; nothing removes it.');
      setWriting(false);
      setReason('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') act.mutate(undefined);
  };
  const words = held ? 'Lift the legal hold' : 'Lay a legal hold';
  return (
    <Section
      title={held ? 'Under legal hold' : 'Legal hold'}
      aside={
        !writing && (
          <Because because={may.allowed ? '' : may.because}>
            <Button
              size="compact-sm"
              variant="default"
              disabled={!may.allowed}
              onClick={() => setWriting(true)}
            >
              {words}
            </Button>
          </Because>
        )
      }
    >
      {row.holds.map((hold) => (
        <p key={`${hold.at} ${hold.reason}`} className="said">
          {hold.reason} <span className="quiet">{`${hold.by}, ${moment(hold.at)}`}</span>
        </p>
      ))}
      <p className="quiet">
        {row.removable.allowed ? 'Nothing keeps it from being removed.' : dated(row.removable.because)}
        {!may.allowed && ` ${may.because}`}
      </p>
      {writing && (
        <form className="stack inline-form" onSubmit={submit} aria-label={words}>
          <Textarea
            label="Reason"
            autosize
            minRows={2}
            autoFocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <div className="row-acts">
            <Button type="submit" disabled={reason.trim() === ''} loading={act.isPending}>
              {words}
            </Button>
            <Button variant="default" onClick={() => setWriting(false)}>
              Cancel
            </Button>
            <span className="quiet">{stillNeeded({ 'a reason': reason.trim() === '' })}</span>
          </div>
        </form>
      )}
    </Section>
  );
}
