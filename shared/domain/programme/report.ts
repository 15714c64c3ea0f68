/** What a pipeline is told of one thing that was asked: a criterion of a gate, a section of a packet. */
export interface ReportedCase {
  /** Ledger name or key; the same as long as the thing is. */
  readonly id: string;
  readonly title: string;
  /** The kind of question, for rule ids: `controls-accepted`, `section`. */
  readonly rule: string;
  readonly outcome: 'met' | 'not-met' | 'unknown' | 'excepted';
  readonly because: string;
}

/** One gate, phase or packet with everything that was asked of it. */
export interface ReportedSuite {
  readonly id: string;
  readonly title: string;
  /** `gate`, `phase`, `packet`: the first part of its rule ids. */
  readonly kind: string;
  readonly cases: readonly ReportedCase[];
}

export interface ReportAbout {
  readonly version: string;
  /** When it was judged, ISO 8601. */
  readonly at: string;
  /** The workspace folder as a relative path, as pipelines show where a result belongs. */
  readonly where: string;
  /** What a rule asks, by its name. */
  readonly rules?: Readonly<Record<string, string>>;
}

/** JUnit XML as Jenkins, GitLab and GitHub's reporters read it: a suite for each gate, a case for each criterion. */
export function junitReport(suites: readonly ReportedSuite[], about: ReportAbout): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const time = about.at.slice(0, 19);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bindery" ${junitCounts(cases)}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${xml(suite.title)}" ${junitCounts(suite.cases)} time="0" timestamp="${xml(time)}">`,
      ...suite.cases.flatMap((one) => junitCase(suite, one)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

const failed = (one: ReportedCase) => one.outcome === 'not-met' || one.outcome === 'unknown';

function junitCounts(cases: readonly ReportedCase[]): string {
  const excepted = cases.filter((one) => one.outcome === 'excepted').length;
  return `tests="${cases.length}" failures="${cases.filter(failed).length}" errors="0" skipped="${excepted}"`;
}

function junitCase(suite: ReportedSuite, one: ReportedCase): string[] {
  const opening = `    <testcase classname="${xml(`${suite.kind}.${one.rule}`)}" name="${xml(one.title)}" time="0"`;
  if (one.outcome === 'met')
    return [`${opening}>`, `      <system-out>${xml(one.because)}</system-out>`, '    </testcase>'];
  const element = one.outcome === 'excepted' ? 'skipped' : 'failure';
  const type = element === 'failure' ? ` type="${one.outcome}"` : '';
  const body = `${one.because} (${one.id})`;
  return [
    `${opening}>`,
    `      <${element} message="${xml(one.because)}"${type}>${xml(body)}</${element}>`,
    '    </testcase>',
  ];
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text for an element or attribute of XML 1.0; characters that it cannot hold in any spelling are left out. */
export function xml(text: string): string {
  return [...text]
    .filter((character) => isXmlCharacter(character.codePointAt(0) ?? 0))
    .map((character) => ESCAPES[character] ?? character)
    .join('');
}

/** The `Char` production of XML 1.0. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return code !== 0xfffe && code !== 0xffff;
}

const SARIF_SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0. What holds is a result of kind `pass`; what does not is `fail`, an error, or a warning where nobody
 * can say yet; what passes by an approved exception is suppressed with its justification.
 */
export function sarifReport(suites: readonly ReportedSuite[], about: ReportAbout): string {
  const results = suites.flatMap((suite) =>
    suite.cases.map((one) => ({ suite, one, ruleId: ruleIdOf(suite, one) })),
  );
  const ruleIds = [...new Set(results.map(({ ruleId }) => ruleId))].sort();
  const run = {
    tool: {
      driver: {
        name: 'Bindery',
        version: about.version,
        semanticVersion: about.version,
        rules: ruleIds.map((id) => sarifRule(id, about)),
      },
    },
    invocations: [{ executionSuccessful: true, endTimeUtc: about.at }],
    columnKind: 'utf16CodeUnits',
    results: results.map(({ suite, one, ruleId }) =>
      sarifResult(suite, one, { ruleId, ruleIndex: ruleIds.indexOf(ruleId) }, about),
    ),
  };
  return `${JSON.stringify({ $schema: SARIF_SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

const ruleIdOf = (suite: ReportedSuite, one: ReportedCase) => `bindery/${suite.kind}/${one.rule}`;

function sarifRule(id: string, { rules }: ReportAbout) {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return {
    id,
    name: name.replaceAll(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rules?.[name] ?? name },
    defaultConfiguration: { level: 'error' },
  };
}

const LEVELS = { met: 'none', 'not-met': 'error', unknown: 'warning', excepted: 'error' } as const;

function sarifResult(
  suite: ReportedSuite,
  one: ReportedCase,
  rule: { readonly ruleId: string; readonly ruleIndex: number },
  { where }: ReportAbout,
) {
  return {
    ...rule,
    kind: one.outcome === 'met' ? 'pass' : 'fail',
    level: LEVELS[one.outcome],
    message: { text: messageText(`${one.title}: ${one.because}`) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(where) }, region: { startLine: 1 } },
        logicalLocations: [
          {
            name: one.title.toWellFormed(),
            fullyQualifiedName: `${suite.title} / ${one.title}`.toWellFormed(),
            kind: suite.kind,
          },
        ],
      },
    ],
    partialFingerprints: { 'binderyRecord/v1': `${suite.id}/${one.id}` },
    ...(one.outcome === 'excepted'
      ? {
          suppressions: [{ kind: 'external', status: 'accepted', justification: one.because.toWellFormed() }],
        }
      : {}),
  };
}

/** Braces stand for themselves only when doubled (SARIF 2.1.0, 3.11.5). */
function messageText(text: string): string {
  return text.toWellFormed().replaceAll(/[{}]/g, '$&$&');
}

/** A relative reference: slashes between parts, everything else escaped. */
function uriOf(where: string): string {
  const parts = where
    .toWellFormed()
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? 'workspace' : parts.map(encodeURIComponent).join('/');
}
