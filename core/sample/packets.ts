import { attachToSection, createPacket, setSection, waiveSection } from '../packets/fill.ts';
import { finalisePacket, signOffPacket } from '../packets/finalise.ts';
import {
  BINDER,
  HANDOVER,
  MONTHLY_WORDS,
  RELEASES,
  type ReleaseWords,
  WEEKLY_WORDS,
} from './script-packets.ts';
import { weekDay } from './script-programme.ts';
import type { Stage, Step, Who } from './stage.ts';

/** The packets of the half-year: each is filled from data, by hand and with evidence, and made final on its day. */
export function packetSteps(): Step[] {
  return [
    ...WEEKLY_WORDS.map((words, week) => ({
      day: weekDay(week, 4),
      does: (stage: Stage) => summarise(stage, words, week),
    })),
    ...MONTHLY_WORDS.map((words, month) => ({
      day: weekDay(month * 4 + 4, 4),
      does: (stage: Stage) => checkpoint(stage, words, month),
    })),
    ...RELEASES.map((release) => ({
      day: release.day,
      does: (stage: Stage) => prepareRelease(stage, release),
    })),
    { day: HANDOVER.day, does: handOver },
    { day: BINDER.day, does: bindEvidence },
  ];
}

interface About {
  readonly template: string;
  readonly title?: string;
  readonly about?: string;
  readonly period?: string;
  readonly environment?: string;
}

function open(stage: Stage, who: Who, { about = '', period = '', environment = '', ...rest }: About): string {
  const { programme: engagement } = stage.engagements;
  return createPacket(stage.as(who), { engagement, ...rest, about, period, environment }).record;
}

function summarise(stage: Stage, words: string, week: number): void {
  const ada = stage.as('ada');
  const period = `${stage.day(weekDay(week))} to ${stage.day(weekDay(week, 6))}`;
  const packet = open(stage, 'ada', { template: 'weekly-summary', title: `Week ${week + 1}`, period });
  setSection(ada, { packet }, { section: 'message', text: words });
  finalisePacket(ada, { packet });
}

function checkpoint(stage: Stage, words: string, month: number): void {
  const week = month * 4 + 4;
  const title = `Checkpoint ${month + 1}`;
  const ada = stage.as('ada');
  const period = `${stage.day(weekDay(month === 0 ? 0 : week - 3))} to ${stage.day(weekDay(week, 6))}`;
  const packet = open(stage, 'ada', { template: 'monthly-checkpoint', title, period });
  setSection(ada, { packet }, { section: 'message', text: words });
  finalisePacket(ada, { packet });
}

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A value that is a number of days below today is a day. */
function fill(
  stage: Stage,
  who: Who,
  packet: string,
  texts: Readonly<Record<string, string>>,
  values: Values,
): void {
  const dated = (value: string) => (/^-\d+$/.test(value) ? stage.day(Number(value)) : value);
  for (const [section, text] of Object.entries(texts))
    setSection(stage.as(who), { packet }, { section, text });
  for (const [section, given] of Object.entries(values))
    setSection(
      stage.as(who),
      { packet },
      {
        section,
        values: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, dated(value)])),
      },
    );
}

function attach(stage: Stage, who: Who, packet: string, section: string, file: string): void {
  attachToSection(stage.as(who), { packet, section }, stage.evidence.get(file) ?? '', true);
}

function prepareRelease(stage: Stage, release: ReleaseWords): void {
  const { about, texts, values, reports, waived } = release;
  const packet = open(stage, 'jonas', {
    template: 'release',
    about,
    title: about,
    environment: 'Production',
  });
  fill(stage, 'jonas', packet, texts, values);
  for (const file of reports) attach(stage, 'jonas', packet, 'tests', file);
  if (waived !== undefined) waiveSection(stage.as('mia'), { packet, section: waived[0] }, waived[1]);
  if (release.open !== true) finalisePacket(stage.as('jonas'), { packet });
}

function handOver(stage: Stage): void {
  const { environment, texts, values, attached, word } = HANDOVER;
  const packet = open(stage, 'ada', { template: 'handover', title: HANDOVER.title, environment });
  fill(stage, 'ada', packet, texts, values);
  for (const [section, file] of Object.entries(attached)) attach(stage, 'ada', packet, section, file);
  finalisePacket(stage.as('ada'), { packet });
  signOffPacket(stage.as('ada'), { packet }, { ...word, evidence: [] });
}

function bindEvidence(stage: Stage): void {
  const ada = stage.as('ada');
  const packet = open(stage, 'ada', {
    template: 'evidence-binder',
    period: `up to ${stage.day(BINDER.day)}`,
  });
  setSection(ada, { packet }, { section: 'purpose', text: BINDER.purpose });
  finalisePacket(ada, { packet });
}
