import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { LoadingRows } from '../../parts/blank.tsx';
import { bytes } from '../../parts/format.ts';
import { Scroll } from '../../parts/scroll.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { sentenceFor } from '../../state/faults.ts';
import { evidencePath } from '../../state/files.ts';

export interface PreviewFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

type Kind = 'image' | 'pdf' | 'text';

/** SVG and HTML can carry scripts: they are shown as the text they are, never as pages. */
const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif']);
const TEXT_NAMES =
  /\.(txt|log|csv|tsv|json|md|ya?ml|xml|html?|svg|ini|conf|cfg|toml|pem|sh|ps1|sql|diff|patch|eml)$/i;
const LIMITS: Readonly<Record<Kind, number>> = { image: 40_000_000, pdf: 120_000_000, text: 20_000_000 };
const TEXT_SHOWN = 200_000;

function kindOf(file: PreviewFile): Kind | null {
  if (IMAGES.has(file.mediaType)) return 'image';
  if (file.mediaType === 'application/pdf') return 'pdf';
  if (file.mediaType.startsWith('text/') || file.mediaType === 'application/json') return 'text';
  return file.mediaType.endsWith('+xml') || TEXT_NAMES.test(file.name) ? 'text' : null;
}

/** A file of evidence, shown in place; what cannot be shown safely can be downloaded. */
export function EvidencePreview(props: { evidence: string; index: number; file: PreviewFile }) {
  const { file } = props;
  const kind = kindOf(file);
  const path = evidencePath(props.evidence, props.index, file.sha256);
  const tooLarge = kind !== null && file.bytes > LIMITS[kind];
  return (
    <figure className="preview">
      <figcaption>
        <FileHead {...props} />
      </figcaption>
      {file.bytes === 0 ? (
        <p className="preview-none quiet">The file is empty.</p>
      ) : kind === null || tooLarge ? (
        <p className="preview-none quiet">
          {tooLarge ? 'Too large to show here.' : `No preview for ${file.mediaType || 'this kind of file'}.`}{' '}
          Download it to look at it.
        </p>
      ) : (
        <Content path={path} kind={kind} name={file.name} />
      )}
    </figure>
  );
}

/** A file by its name and size, with the way to get it out. */
export function FileHead(props: { evidence: string; index: number; file: PreviewFile }) {
  const { files } = useApi();
  const { file } = props;
  const name = readableName(file.name);
  const path = evidencePath(props.evidence, props.index, file.sha256);
  const download = useAct(() => files.download(path, file.name));
  return (
    <>
      <span className="preview-name" title={name}>
        {name}
      </span>
      <span className="quiet">{bytes(file.bytes)}</span>
      <Button
        size="compact-xs"
        variant="default"
        loading={download.isPending}
        onClick={() => download.mutate(undefined)}
        aria-label={`Download ${name}`}
      >
        Download
      </Button>
    </>
  );
}

function Content({ path, kind, name }: { path: string; kind: Kind; name: string }) {
  const { files } = useApi();
  const content = useQuery({
    queryKey: ['file-bytes', path],
    queryFn: ({ signal }) => files.read(path, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  if (content.isPending) return <LoadingRows rows={3} label={`Reading ${name}`} />;
  if (content.isError) return <p className="preview-none ink-bad">{sentenceFor(content.error).happened}</p>;
  if (kind === 'text') return <TextContent blob={content.data} name={name} />;
  return (
    <BlobUrl blob={content.data} type={kind === 'pdf' ? 'application/pdf' : content.data.type}>
      {(url) =>
        kind === 'pdf' ? (
          <iframe src={url} title={`Preview of ${name}`} />
        ) : (
          <img src={url} alt={`Preview of ${name}`} />
        )
      }
    </BlobUrl>
  );
}

function BlobUrl(props: { blob: Blob; type: string; children: (url: string) => ReactNode }) {
  const { blob, type } = props;
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob.slice(0, blob.size, type));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob, type]);
  return url === null ? null : props.children(url);
}

function TextContent({ blob, name }: { blob: Blob; name: string }) {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    void blob
      .slice(0, TEXT_SHOWN)
      .text()
      .then((value) => gone || setText(value));
    return () => {
      gone = true;
    };
  }, [blob]);
  return (
    <Scroll label={`Text of ${name}`} className="preview-text">
      <pre>
        {text}
        {blob.size > TEXT_SHOWN && `\n… ${bytes(blob.size - TEXT_SHOWN)} more in the file`}
      </pre>
    </Scroll>
  );
}
