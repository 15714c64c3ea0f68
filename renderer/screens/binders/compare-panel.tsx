import { Button, FileButton } from '@mantine/core';
import { useState } from 'react';
import type { BinderSource } from '../../../shared/contract/proof.ts';
import type { LedgerComparison } from '../../../shared/domain/binder.ts';
import { type BinderDiff, BinderDiffResult } from '../../../shared/domain/binder-diff.ts';
import { diffPage } from '../../../shared/domain/binder-diff-report.ts';
import type { Derivation } from '../../../shared/domain/redaction.ts';
import { count } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill, type Tone } from '../../parts/pill.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { DropArea } from '../common/drop-area.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { DifferenceTable } from './differences.tsx';

const RELATIONS: Readonly<Record<LedgerComparison['relation'], { tone: Tone; words: string }>> = {
  consistent: { tone: 'good', words: 'Consistent' },
  rewritten: { tone: 'bad', words: 'Rewritten' },
  unsaid: { tone: 'warn', words: 'Cannot be said' },
  'other-workspace': { tone: 'warn', words: 'Another workspace' },
};

const FINDINGS: Readonly<Record<LedgerComparison['chains'][number]['finding'], string>> = {
  same: 'the same in both',
  new: 'in one of them only',
  proof: 'continued, by the proof inside',
  'hash-chain': 'continued, by the chain of hashes',
  unproven: 'no proof between the two',
  rewritten: 'rewritten',
};

/** A second place to drop: whether this binder’s ledger continues that of an earlier one. */
export function ComparePanel(props: {
  against: LedgerComparison | undefined;
  /** The name of the file that was compared with. */
  name: string;
  disabled: boolean;
  onFile: (file: File) => void;
  /** Hands both in for a list of what differs. */
  sources: () => Promise<{ before: BinderSource; after: BinderSource }>;
}) {
  return (
    <DropArea
      hint="Drop to compare with"
      onFiles={([file]) => file && props.onFile(file)}
      disabled={props.disabled}
      className="compare-with"
    >
      <Panel title="Compare with an earlier binder">
        {props.against ? (
          <>
            <Compared against={props.against} name={props.name} />
            <Differences sources={props.sources} disabled={props.disabled} />
          </>
        ) : (
          <p>
            Drop another binder of the workspace here: does the ledger of one continue that of the other, or
            was it rewritten in between?
          </p>
        )}
        <FileButton
          accept="application/pdf,.pdf"
          onChange={(file) => file && props.onFile(file)}
          inputProps={{ 'aria-label': 'Binder to compare with' }}
        >
          {(pick) => (
            <Button {...pick} variant="default" disabled={props.disabled}>
              {props.against ? 'Compare with another' : 'Choose an earlier binder'}
            </Button>
          )}
        </FileButton>
      </Panel>
    </DropArea>
  );
}

/** Everything that changed from the other binder to this one, as one page to read, print and keep. */
function Differences(props: {
  sources: () => Promise<{ before: BinderSource; after: BinderSource }>;
  disabled: boolean;
}) {
  const { client } = useApi();
  const [diff, setDiff] = useState<BinderDiff | null>(null);
  const job = useJob(({ result }) => {
    const found = BinderDiffResult.parse(result).diff;
    setDiff(found);
    saveAs(new Blob([diffPage(found)], { type: 'text/html' }), 'differences.html');
  });
  return (
    <>
      {diff && <DifferenceTable diff={diff} />}
      <Button
        variant="default"
        disabled={props.disabled || job.running}
        onClick={() => job.start(async () => client.binders.diff(await props.sources()))}
      >
        Show and download what differs
      </Button>
      <FaultCallout error={job.error} />
    </>
  );
}

/** Whether the redacted one of the two says what the other says, but for what it declares. */
function Derived({ derivation }: { derivation: Derivation }) {
  const { derives, sentence, undeclared } = derivation;
  return (
    <>
      <p className="line">
        <Pill tone={derives ? 'good' : 'bad'}>{derives ? 'Derives' : 'Does not derive'}</Pill>
        <span className="grow">{sentence}</span>
      </p>
      {undeclared.length > 0 && (
        <ul>
          {undeclared.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Compared({ against, name }: { against: LedgerComparison; name: string }) {
  const { tone, words } = RELATIONS[against.relation];
  return (
    <section className="stack" aria-label={`Compared with ${name}`} role="status">
      <p className="line">
        <Pill tone={tone}>{words}</Pill>
        <span className="grow">{against.title ?? name}</span>
        <span className="quiet">{name}</span>
      </p>
      {against.sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {against.derivation && <Derived derivation={against.derivation} />}
      {against.chains.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Chain</th>
              <th scope="col">Entries here</th>
              <th scope="col">Entries there</th>
              <th scope="col">Finding</th>
            </tr>
          </thead>
          <tbody>
            {against.chains.map((chain) => (
              <tr key={chain.writer}>
                <td>
                  <code>{chain.writer.slice(0, 8)}</code>
                </td>
                <td>{chain.here === null ? 'none' : count(chain.here)}</td>
                <td>{chain.there === null ? 'none' : count(chain.there)}</td>
                <td>
                  {FINDINGS[chain.finding]}
                  {chain.at === null ? '' : ` at ${count(chain.at)} or before`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
