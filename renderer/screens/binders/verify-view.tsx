import { CopyButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { VerifyReport } from '../../../shared/domain/binder.ts';
import { isVouchedFor } from '../../../shared/domain/binder-signed.ts';
import { bytes, count, moment, plural } from '../../parts/format.ts';
import { CopyText, Hash } from '../../parts/hash.tsx';
import { Panel, Section } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Omissions } from './omissions.tsx';

/** The verdict of a verification in words: what is proven, what is not, what was left out. */
export function VerifyView({
  report,
  name,
  seconds,
}: {
  report: VerifyReport;
  name: string;
  seconds: number;
}) {
  const vouched = isVouchedFor(report);
  return (
    <section className="stack" aria-label={`Verification of ${name}`}>
      <VerdictBanner report={report} name={name} seconds={seconds} />
      <div className="verify-grid">
        <Panel title={report.problems.length > 0 ? 'What is wrong' : 'What is proven'}>
          {report.problems.length > 0 && (
            <>
              <Problems report={report} />
              {report.proven.length > 0 && <h3 className="verify-proven">What is proven all the same</h3>}
            </>
          )}
          <Sentences sentences={report.proven} tone="good" none="Nothing in it is proven." />
          {report.notProven.length > 0 && (
            <Section title="What is not proven">
              <Sentences sentences={report.notProven} tone="plain" none="" />
            </Section>
          )}
          <Signatures report={report} />
        </Panel>
        <div className="stack">
          {report.manifest && (
            <Omissions
              omitted={report.manifest.omitted}
              title={vouched ? 'Left out, with the reason' : 'Left out, as its manifest says'}
            />
          )}
          <Panel title="Check it without us">
            <WithoutUs name={name} />
          </Panel>
          <Panel title="This file">
            <Facts report={report} />
          </Panel>
        </div>
      </div>
    </section>
  );
}

const VERDICTS = {
  valid: { tone: 'good', words: 'Whole and unchanged since it was signed', Icon: IconCircleCheck },
  'valid-unknown-signer': {
    tone: 'warn',
    words: 'Whole and unchanged, by signers this machine does not know',
    Icon: IconAlertTriangle,
  },
  invalid: { tone: 'bad', words: 'Not valid: something is not as it was signed', Icon: IconCircleX },
} as const;

function VerdictBanner({ report, name, seconds }: { report: VerifyReport; name: string; seconds: number }) {
  const { tone, words, Icon } = VERDICTS[report.verdict];
  return (
    <div className={`verdict-banner verdict-${tone}`} role="status">
      <Icon size={44} stroke={1.5} aria-hidden="true" />
      <div className="grow">
        <h2>{words}</h2>
        <p>{verdictDetail(report)}</p>
      </div>
      <p className="quiet end">
        {name}
        <br />
        {bytes(report.bytes)}, checked on this machine in {seconds.toFixed(1)} s
      </p>
    </div>
  );
}

function verdictDetail(report: VerifyReport): string {
  const signed = `${plural(report.signatures.length, 'signature')}`;
  if (report.verdict === 'invalid')
    return `${plural(report.problems.length, 'problem')} found; ${signed} in the file.`;
  const unknown =
    report.verdict === 'valid-unknown-signer'
      ? ' Compare the fingerprints below with what the signers told you.'
      : '';
  const omitted = report.manifest?.omitted.length ?? 0;
  const leftOut =
    omitted === 0
      ? 'Its preparer says that nothing in scope was left out.'
      : `Its preparer names ${count(omitted)} left out, each with a reason.`;
  const { set } = report;
  const volume = set ? ` This is volume ${set.volume} of ${set.of}; the others are files of their own.` : '';
  const files = report.manifest
    ? ` ${report.manifest.files === 1 ? 'The embedded file matches' : `All ${count(report.manifest.files)} embedded files match`} the manifest.${set && set.volume > 1 ? '' : ` ${leftOut}`}`
    : '';
  return `${signed}.${files}${volume}${unknown}`;
}

function Problems({ report }: { report: VerifyReport }) {
  return (
    <ul className="list-plain">
      {report.problems.map((problem) => (
        <li key={`${problem.code} ${problem.where} ${problem.message}`} className="line">
          <Pill tone="bad">{problem.where}</Pill>
          <span className="grow">{problem.message}</span>
        </li>
      ))}
    </ul>
  );
}

function Sentences({
  sentences,
  tone,
  none,
}: {
  sentences: readonly string[];
  tone: 'good' | 'plain';
  none: string;
}) {
  if (sentences.length === 0) return <p className="quiet">{none}</p>;
  return (
    <ul className="list-plain sentences">
      {sentences.map((sentence) => (
        <li key={sentence} className="line">
          <span className={`pill pill-${tone} pill-only`} aria-hidden="true">
            {tone === 'good' ? '✓' : 'i'}
          </span>
          <span className="grow">{sentence}</span>
        </li>
      ))}
    </ul>
  );
}

function Signatures({ report }: { report: VerifyReport }) {
  if (report.signatures.length === 0) return <p className="quiet">Nobody has signed this file.</p>;
  return (
    <Section title="Signatures">
      <table className="plain-table signature-table">
        <thead>
          <tr>
            <th scope="col">Signer</th>
            <th scope="col">When, by their own clock</th>
            <th scope="col">Signature</th>
            <th scope="col">Fingerprint of the certificate</th>
          </tr>
        </thead>
        <tbody>
          {report.signatures.map((s) => (
            <tr key={s.field}>
              <td>
                <strong>{s.by}</strong>
                <div className="quiet">{s.capacity ?? s.field}</div>
              </td>
              <td>{moment(s.at)}</td>
              <td>
                <Pill tone={s.valid ? 'good' : 'bad'}>{s.valid ? 'Valid' : 'Not valid'}</Pill>
                <div className="quiet">
                  {s.coversWholeFile
                    ? 'covers the whole file'
                    : s.coversRevision
                      ? 'covers its own revision'
                      : 'does not cover its revision'}
                  {s.trusted ? ', trusted here' : ''}
                </div>
              </td>
              <td>
                <Hash value={s.fingerprint} label="fingerprint" />
                <CopyCertificate of={s.by} pem={s.certificatePem} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** Said in words: beside the button for the fingerprint a second sign of the same shape would say nothing. */
function CopyCertificate({ of, pem }: { of: string; pem: string }) {
  return (
    <CopyButton value={pem} timeout={1500}>
      {({ copied, copy }) => (
        <button
          type="button"
          className="link under"
          aria-label={`Copy the certificate of ${of}`}
          onClick={copy}
        >
          {copied ? 'Certificate copied' : 'Copy certificate'}
        </button>
      )}
    </CopyButton>
  );
}

function WithoutUs({ name }: { name: string }) {
  const file = /[^\w.-]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : name;
  const commands = [`pdfsig ${file}`, `pdfdetach -saveall ${file}`, 'sha256sum *', `bindery verify ${file}`];
  return (
    <>
      <div className="commands">
        <pre>{commands.join('\n')}</pre>
        <CopyText value={commands.join('\n')} label="Copy the commands" />
      </div>
      <p className="quiet">
        The first names the signers, the second takes the embedded files out, the third gives the hashes to
        compare with manifest.json. Any PDF reader that shows signatures tells the same.
      </p>
    </>
  );
}

function Facts({ report }: { report: VerifyReport }) {
  const { checkpoint, signOffs } = report;
  return (
    <dl className="facts">
      <dt>SHA-256</dt>
      <dd>
        <Hash value={report.sha256} />
      </dd>
      <dt>Sign-offs</dt>
      <dd>
        {count(signOffs.recomputed)} of {count(signOffs.total)} recomputed
        {!isVouchedFor(report) && ', which shows agreement, not proof'}, {count(signOffs.voided)} void
      </dd>
      {checkpoint && (
        <>
          <dt>Checkpoint</dt>
          <dd>
            {plural(checkpoint.entries, 'entry', 'entries')} in {plural(checkpoint.chains, 'chain')}, signed
            by {checkpoint.signedBy}, {moment(checkpoint.at)}; {checkpoint.valid ? 'valid' : 'not valid'}
          </dd>
        </>
      )}
    </dl>
  );
}
