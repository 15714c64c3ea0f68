import type { Manifest } from '../../../shared/domain/binder.ts';
import type { HouseStyle } from '../../../shared/domain/house-style.ts';
import type { PacketContent } from '../../../shared/domain/programme/packet-content.ts';
import type { PacketTemplate } from '../../../shared/domain/programme/packet-template.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import type { Attachment } from '../../binder/model.ts';

/** Everything a packet's pages are drawn from, in plain values: drawing opens no database and decides nothing. */
export interface PacketModel {
  readonly id: string;
  readonly content: PacketContent;
  readonly template: PacketTemplate;
  /** By key of the section: what is missing, each a sentence. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
  /** When and by whom it was made final; null for a draft. */
  readonly final: { readonly by: string; readonly at: string; readonly digest: string } | null;
  /** The customer's word, where it was captured. */
  readonly customer: readonly {
    readonly name: string;
    readonly organisation: string;
    readonly on: string;
    readonly statement: string;
    readonly by: string;
  }[];
  readonly marking: string;
  /** How the organisation wants it to look. */
  readonly house: HouseStyle;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly at: string;
  readonly generator: string;
  readonly checkpointKey: string;
  readonly manifest: Manifest;
  readonly attachments: readonly Attachment[];
}

export interface PacketPage {
  readonly frame: PageFrame;
  readonly model: PacketModel;
}

/** A rectangle to draw in. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Margins of a page that has to hold everything: wider than a binding asks, narrower than a letter. */
export const ONE_PAGE_MARGIN = { left: 38, right: 38, top: 24, bottom: 54 } as const;
