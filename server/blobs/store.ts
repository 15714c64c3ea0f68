/** Which file, of whom. The hash tells two uploads of one name apart until one of them is whole. */
export interface BlobPlace {
  readonly tenant: string;
  readonly workspace: string;
  readonly name: string;
  readonly sha256: string;
}

/** Where the bytes of vault files lie. Rows in the database say which of them count. */
export interface BlobStore {
  /** Writes bytes that stay. False where what should stand before them is not there. */
  append(place: BlobPlace, offset: number, bytes: Uint8Array): Promise<boolean>;
  /** Checks the whole against its hash and puts it in its place; else drops it and answers false. */
  complete(place: BlobPlace, size: number): Promise<boolean>;
  /** Drops what there is of an upload that is not whole. */
  drop(place: BlobPlace): Promise<void>;
  /** The bytes from `from` up to and without `to`. */
  read(place: BlobPlace, from: number, to: number): AsyncIterable<Uint8Array>;
  /** Whether it can be written to. */
  ping(): Promise<void>;
}
