import { Button, Checkbox, Menu } from '@mantine/core';
import { IconDownload, IconWritingSign } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type BinderSource, CountersignedBinder } from '../../../shared/contract/proof.ts';
import type { VerifyReport } from '../../../shared/domain/binder.ts';
import { hasSigned } from '../../../shared/domain/binder-signed.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import type { Verdict } from '../../../shared/fault.ts';
import { Pill } from '../../parts/pill.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { useOpenSession } from '../../state/session.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { SigningKeyChoice, useSigningKey } from '../common/signing-key.tsx';

const CAPACITIES = [
  ['reviewer', 'Countersign as reviewer'],
  ['approver', 'Countersign as approver'],
  ['recipient', 'Countersign as recipient'],
] as const;

/** Adds one's own signature to a binder that was found valid; the ones before stay valid. */
export function Countersign(props: {
  report: VerifyReport;
  source: () => Promise<BinderSource>;
  onSigned: (signed: CountersignedBinder, job: string) => void;
}) {
  const { client } = useApi();
  const [final, setFinal] = useState(false);
  const hand = useSigningKey();
  const job = useJob((state) => {
    const signed = CountersignedBinder.safeParse(state.result);
    if (signed.success) props.onSigned(signed.data, state.job);
  });
  const may = useMayCountersign(props.report);
  const sign = (as: (typeof CAPACITIES)[number][0]) =>
    job.start(async () => {
      const key = await hand.take();
      return client.binders.countersign({ file: await props.source(), as, final, key });
    });
  if (job.running) return <JobProgress job={job} fallback="Signing" cancel />;
  return (
    <>
      <Menu position="bottom-start" disabled={!may.allowed || !hand.ready}>
        <Because because={may.allowed ? '' : may.because}>
          <Menu.Target>
            <Button leftSection={<IconWritingSign size={14} />} disabled={!may.allowed || !hand.ready}>
              Countersign
            </Button>
          </Menu.Target>
        </Because>
        <Menu.Dropdown>
          {CAPACITIES.map(([as, words]) => (
            <Menu.Item key={as} onClick={() => sign(as)}>
              {words}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {may.allowed ? (
        <>
          <Checkbox
            label="Allow no further signatures after mine"
            checked={final}
            onChange={(e) => setFinal(e.currentTarget.checked)}
          />
          <SigningKeyChoice hand={hand} disabled={false} />
        </>
      ) : (
        <span className="quiet">{may.because}</span>
      )}
      <FaultCallout error={job.error} />
    </>
  );
}

/** What is valid may be countersigned by a reviewer who has not signed it before. */
function useMayCountersign(report: VerifyReport): Verdict {
  const { orpc } = useApi();
  const { member, workspace } = useOpenSession();
  const members = useQuery(orpc.members.list.queryOptions());
  const mine = members.data?.rows.find(({ id }) => id === member.id)?.certificatePem.trim();
  if (report.verdict === 'invalid')
    return { allowed: false, rule: 'verify-before-signing', because: 'It is not valid, so nobody signs it.' };
  const may = mayAccess(member.role, 'review');
  if (!may.allowed) return may;
  const isOwn = (certificatePem: string): boolean => certificatePem.trim() === mine;
  if (hasSigned(report, { workspace: workspace.id, member: member.id, isOwn }))
    return {
      allowed: false,
      rule: 'segregation-of-duties',
      because: 'You have signed it already, so somebody else has to countersign it.',
    };
  return may;
}

/** That the signature is in the file, where that is kept, and the way to get it out. */
export function Signed(props: { kept: boolean; path: string; name: string }) {
  const { files } = useApi();
  const download = useAct(() => files.download(props.path, props.name));
  return (
    <p className="callout callout-good row-acts" role="status">
      <Pill tone="good">Signed</Pill>
      <span className="grow">
        Your signature is in the file.{' '}
        {props.kept
          ? 'The countersigned file is kept under Earlier binders.'
          : 'Download it: it is not a binder of this workspace, so it is not kept here.'}
      </span>
      <Button
        leftSection={<IconDownload size={14} />}
        loading={download.isPending}
        onClick={() => download.mutate(undefined)}
      >
        Download countersigned binder
      </Button>
    </p>
  );
}
