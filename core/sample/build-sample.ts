import type { JobContext } from '../jobs.ts';
import type { Ports } from '../ports.ts';
import type { CoreOptions } from '../root.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

export interface Sample {
  readonly open: OpenWorkspace;
  readonly people: readonly { readonly name: string; readonly role: string; readonly passphrase: string }[];
}

export async function buildSample(_ports: Ports, _options: CoreOptions, _job: JobContext): Promise<Sample> {
  throw new Error('the sample is being written');
}
