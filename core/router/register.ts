import { EXPIRING_DAYS } from '../../shared/domain/evidence.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { answersFolder, writeAnswerPackage } from '../evidence/answer-package.ts';
import { allowWeb, checkLinks, demandWeb, mayAskWeb } from '../evidence/check-links.ts';
import { attestEvidence, declareChange, holdEvidence } from '../evidence/evidence-acts.ts';
import { dueByOwner, listRegister } from '../evidence/register.ts';
import { exportRegister } from '../evidence/register-csv.ts';
import { acceptAnswer, answer, ask, listRequests, returnAnswer } from '../evidence/requests.ts';
import type { Host } from '../host.ts';
import { today } from '../today.ts';
import { api } from './base.ts';
import { demandDisk, pathsOf } from './disk.ts';

export function registerRouter(host: Host) {
  const at = api.register;
  const wrote = () => host.wrote('evidence', 'programme');
  return {
    list: at.list.handler(({ input }) => listRegister(host.demand('read'), input)),
    due: at.due.handler(({ input }) => {
      const ws = host.demand('read');
      return dueByOwner(ws, input, input.until ?? dayAfter(today(ws), EXPIRING_DAYS));
    }),
    attest: at.attest.handler(({ input }) => {
      const evidence = attestEvidence(host.demand('read'), input);
      wrote();
      return { attested: evidence.length, evidence };
    }),
    declareChange: at.declareChange.handler(({ input }) => {
      const declared = declareChange(host.demand('prepare'), input);
      wrote();
      return declared;
    }),
    checkLinks: at.checkLinks.handler(({ input }) => {
      const ws = host.demand('prepare');
      demandWeb(ws, input.urls);
      const { shell } = host.options;
      const disk = shell === 'cli' || shell === 'test';
      return host.jobs.start('evidence', 'Checking files and links', async (job) => {
        const report = await checkLinks(ws, { ...input, disk }, job);
        wrote();
        return report;
      });
    }),
    preferences: at.preferences.handler(() => ({ urls: mayAskWeb(host.demand('read')) })),
    prefer: at.prefer.handler(({ input }) => {
      const ws = host.demand('prepare');
      allowWeb(ws, input.urls);
      return { urls: mayAskWeb(ws) };
    }),
    hold: at.hold.handler(({ input }) => {
      const held = holdEvidence(host.demand('administer'), input.evidence, input);
      wrote();
      return held;
    }),
    csv: at.csv.handler(({ input }) => {
      demandDisk(host, [input.out]);
      return exportRegister(host.demand('read'), input, input.out);
    }),
    requests: at.requests.handler(({ input }) => listRequests(host.demand('read'), input)),
    ask: at.ask.handler(({ input }) => {
      const request = ask(host.demand('prepare'), input);
      wrote();
      return { request };
    }),
    answer: at.answer.handler(async ({ input, signal }) => {
      demandDisk(host, pathsOf(input.files));
      const ws = host.demand('prepare');
      const taken = [];
      for (const file of input.files) taken.push(await host.staged.take(ws, file, signal));
      const request = answer(ws, input, taken);
      host.wrote('evidence', 'programme', 'assessments', 'checklists', 'review');
      return { request };
    }),
    acceptAnswer: at.acceptAnswer.handler(({ input }) => {
      const request = acceptAnswer(host.demand('prepare'), input);
      wrote();
      return { request };
    }),
    returnAnswer: at.returnAnswer.handler(({ input }) => {
      const request = returnAnswer(host.demand('prepare'), input);
      wrote();
      return { request };
    }),
    answerPackage: at.answerPackage.handler(async ({ input }) => {
      demandDisk(host, [input.out]);
      const ws = host.demand('read');
      const written = await writeAnswerPackage(
        ws,
        input,
        input.out ?? { in: answersFolder(host.options.home) },
      );
      wrote();
      return written;
    }),
  };
}
