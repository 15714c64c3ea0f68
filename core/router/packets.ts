import { bindersFolder } from '../binder/file-names.ts';
import type { Host } from '../host.ts';
import { exportPacket } from '../packets/export-packet.ts';
import { attachToSection, createPacket, setSection, waiveSection } from '../packets/fill.ts';
import { finalisePacket, signOffPacket } from '../packets/finalise.ts';
import { packetTemplates } from '../packets/templates.ts';
import {
  findPacket,
  listPackets,
  provedPacket,
  proveFinal,
  viewPacket,
  type WhichPacket,
} from '../packets/view.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { api } from './base.ts';
import { demandDisk, demandNetwork, moduleOf } from './disk.ts';

export function packetsRouter(host: Host) {
  const at = api.packets;
  const wrote = (ws: OpenWorkspace, which: WhichPacket) => {
    host.wrote('programme');
    return { view: viewPacket(ws, which) };
  };
  return {
    templates: at.templates.handler(() => {
      host.demand('read');
      return { templates: [...packetTemplates()] };
    }),
    list: at.list.handler(({ input }) => listPackets(host.demand('read'), input)),
    get: at.get.handler(async ({ input }) => ({ view: await provedPacket(host.demand('read'), input) })),
    create: at.create.handler(({ input }) => {
      const ws = host.demand('prepare');
      return wrote(ws, { packet: createPacket(ws, input).record });
    }),
    setSection: at.setSection.handler(({ input }) => {
      const ws = host.demand('prepare');
      setSection(ws, input, input);
      return wrote(ws, input);
    }),
    attach: at.attach.handler(({ input }) => {
      const ws = host.demand('prepare');
      attachToSection(ws, input, input.evidence, input.on);
      return wrote(ws, input);
    }),
    waive: at.waive.handler(({ input }) => {
      const ws = host.demand('review');
      waiveSection(ws, input, input.reason);
      return wrote(ws, input);
    }),
    finalise: at.finalise.handler(async ({ input }) => {
      const ws = host.demand('prepare');
      await proveFinal(ws, findPacket(ws, input));
      finalisePacket(ws, input);
      return wrote(ws, input);
    }),
    signOff: at.signOff.handler(async ({ input }) => {
      const ws = host.demand('prepare');
      await proveFinal(ws, findPacket(ws, input));
      signOffPacket(ws, input, input);
      return wrote(ws, input);
    }),
    compose: at.compose.handler(({ input }) => {
      demandDisk(host, [input.out, moduleOf(input.key)]);
      demandNetwork(host, input.tsa);
      const ws = host.demand('prepare');
      return host.jobs.start('binder', 'Composing the packet', async (job) => {
        const composed = await exportPacket(ws, { ...input, folder: bindersFolder(host.options.home) }, job);
        host.wrote('binders');
        return composed;
      });
    }),
  };
}
