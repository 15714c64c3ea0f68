import type { CourierReport } from '../../../shared/contract/courier.ts';
import { type CourierVerdict, sentenceFor } from '../../../shared/domain/courier.ts';
import { moment, plural } from '../../parts/format.ts';
import { Pill } from '../../parts/pill.tsx';
import type { Tone } from '../../parts/tone.ts';
import { fieldWord, valueWord } from '../common/value-words.ts';

const TONES: Readonly<Record<CourierVerdict, Tone>> = {
  new: 'good',
  late: 'good',
  gap: 'warn',
  duplicate: 'plain',
  own: 'plain',
  replayed: 'warn',
  'missing-volume': 'warn',
  foreign: 'bad',
  tampered: 'bad',
  truncated: 'bad',
  'not-for-you': 'warn',
  newer: 'warn',
  'no-bundle': 'bad',
};

/** What a bundle is, from whom, and what it does or would do. */
export function BundleReport({ report }: { report: CourierReport }) {
  const { bundle, content, verdict } = report;
  const tone = TONES[verdict];
  const name = report.files.map((file) => file.split(/[\\/]/).at(-1)).join(', ');
  const kind = tone === 'bad' ? 'bad' : tone === 'warn' ? 'warn' : 'good';
  return (
    <section className={`callout callout-${kind}`} aria-label={`Bundle ${name}`}>
      <strong>
        <Pill tone={tone}>{report.taken ? 'Taken in' : report.words.replace(/\.$/, '')}</Pill>{' '}
        {bundle === null
          ? name
          : `Number ${bundle.number} from ${bundle.from.member} on ${bundle.from.device}, made ${moment(bundle.at)}`}
      </strong>
      {report.because !== '' && <div>{report.because}</div>}
      {content && (
        <>
          <div>
            {report.taken ? 'Taken in: ' : 'Would bring: '}
            {sentenceFor(content)}
          </div>
          {content.news.length > 0 && (
            <ul className="list-plain quiet">
              {content.news.slice(0, 12).map(({ what, by, count }) => (
                <li key={`${what} ${by}`}>
                  {what}, {by}: {count}
                </li>
              ))}
            </ul>
          )}
          {content.conflicts.map((conflict) => (
            <div key={`${conflict.record} ${conflict.field}`}>
              <Pill tone="warn">Conflict</Pill> {conflict.label} · {fieldWord(conflict.field)}:{' '}
              {conflict.sides.map((side) => `“${valueWord(side.value)}” by ${side.by}`).join(' against ')}
            </div>
          ))}
          {content.setAside.map(({ because, by, count }) => (
            <div key={`${because} ${by}`}>
              <Pill tone="bad">Set aside</Pill> {plural(count, 'entry', 'entries')} of {by}: {because}
            </div>
          ))}
          {content.waitsFor.map((because) => (
            <div key={because}>
              <Pill tone="plain">Waits</Pill> {because}
            </div>
          ))}
          {content.differs.map((device) => (
            <div key={device}>
              <Pill tone="bad">Differs</Pill> The history of {device} is another one there than here.
            </div>
          ))}
        </>
      )}
    </section>
  );
}
