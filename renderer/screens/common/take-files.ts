import type { Api } from '../../state/api.tsx';

/** Takes files into the vault, one record a file, and says which records they became. */
export async function takeFiles(
  { client, door }: { client: Api['client']; door: Api['files'] },
  files: readonly File[],
): Promise<string[]> {
  const staged: { upload: string }[] = [];
  for (const file of files) staged.push({ upload: (await door.stage(file)).upload });
  const { evidence } = await client.evidence.add({ files: staged, links: [] });
  return evidence.map(({ id }) => id);
}
