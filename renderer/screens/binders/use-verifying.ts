import { useRef, useState } from 'react';
import type { BinderSource } from '../../../shared/contract/proof.ts';
import { VerifyReport } from '../../../shared/domain/binder.ts';
import { useApi } from '../../state/api.tsx';
import { type Job, useJob } from '../../state/jobs.ts';

export interface Verifying {
  readonly job: Job;
  /** Null until a verification has ended. */
  readonly report: VerifyReport | null;
  /** Whether an answer came that this page cannot read. */
  readonly unreadable: boolean;
  readonly seconds: number;
  check(
    source: () => Promise<BinderSource>,
    trusted?: readonly string[],
    /** Another binder to compare with. */
    against?: (() => Promise<BinderSource>) | undefined,
  ): void;
}

/** Verifies a binder; with a workspace, whoever is in it is known by the key the workspace holds of them. */
export function useVerifying(inWorkspace: boolean): Verifying {
  const { client } = useApi();
  const began = useRef(0);
  const [took, setTook] = useState(0);
  const job = useJob(() => setTook(performance.now() - began.current));
  const parsed = job.state?.state === 'done' ? VerifyReport.safeParse(job.state.result) : null;
  return {
    job,
    report: parsed?.success ? parsed.data : null,
    unreadable: parsed?.success === false,
    seconds: took / 1000,
    check(source, trusted = [], against) {
      began.current = performance.now();
      job.start(async () => {
        const members = inWorkspace ? (await client.members.list()).rows.map((m) => m.certificatePem) : [];
        return client.binders.verify({
          file: await source(),
          trust: [...members, ...trusted],
          ...(against ? { against: await against() } : {}),
        });
      });
    },
  };
}
