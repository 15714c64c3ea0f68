import type { ImportedFile } from '../../../shared/contract/frameworks.ts';
import { formatWords } from '../../../shared/domain/count-words.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Pill, type Tone } from '../../parts/pill.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { frameworkName, heldWords } from './framework-words.ts';

const OUTCOMES: Readonly<Record<ImportedFile['outcome'], { word: string; tone: Tone; shape?: string }>> = {
  imported: { word: 'Imported', tone: 'good' },
  unchanged: { word: 'Unchanged: already here', tone: 'plain', shape: '=' },
  refused: { word: 'Refused', tone: 'bad' },
  'would-import': { word: 'Ready to import', tone: 'info' },
};

const SEVERITIES: Readonly<Record<'error' | 'warning' | 'info', Tone>> = {
  error: 'bad',
  warning: 'warn',
  info: 'info',
};

/** What each file holds, what became of it, and every problem with its place. */
export function ImportReport({ files, dry }: { files: readonly ImportedFile[]; dry: boolean }) {
  return (
    <section aria-label={dry ? 'Dry run' : 'Import report'}>
      <p className="quiet" role="status">
        {dry ? 'Dry run: nothing has been taken in yet.' : 'Done.'}
      </p>
      <ul className="list-plain">
        {files.map((file) => (
          <li key={`${file.file} ${file.sha256 ?? ''}`}>
            <div className="line">
              <strong className="grow">
                {file.framework ? frameworkName(file.framework) : readableName(file.file)}
              </strong>
              <Pill
                tone={OUTCOMES[file.outcome].tone}
                {...(OUTCOMES[file.outcome].shape ? { shape: OUTCOMES[file.outcome].shape } : {})}
              >
                {OUTCOMES[file.outcome].word}
              </Pill>
            </div>
            <div className="quiet">
              {readableName(file.file)}
              {file.format && ` · ${formatWords(file.format)}`} · {heldWords(file.counts)}{' '}
              {file.sha256 && <Hash value={file.sha256} />}
            </div>
            <Problems file={file} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Problems({ file }: { file: ImportedFile }) {
  if (file.problems.length === 0) return null;
  return (
    <details className="more" open={file.outcome === 'refused' || file.problems.length <= 5}>
      <summary>{plural(file.problems.length, 'remark')}</summary>
      <Scroll label={`Remarks on ${file.file}`}>
        <table className="plain-table">
          <tbody>
            {file.problems.map((problem, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two remarks may be equal word for word; the list never changes
              <tr key={i}>
                <td>
                  <Pill tone={SEVERITIES[problem.severity]}>{problem.severity}</Pill>
                </td>
                <td className="quiet mono">{problem.where}</td>
                <td>{problem.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
