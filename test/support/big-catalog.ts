/** A catalog of our own, as large as asked: for work that has to last long enough to be interrupted. */
export function bigCatalog(
  controls: number,
  prose = 'The organisation keeps a record of it and shows it on request.',
): string {
  const groups = Array.from({ length: Math.ceil(controls / 40) }, (_, g) => ({
    id: `g${g}`,
    class: 'family',
    title: `Family ${g + 1}`,
    controls: Array.from({ length: Math.min(40, controls - g * 40) }, (_, c) => ({
      id: `g${g}-${c + 1}`,
      title: `Control ${g + 1}.${c + 1}`,
      props: [{ name: 'label', value: `G${g}-${c + 1}` }],
      parts: [
        { id: `g${g}-${c + 1}_smt`, name: 'statement', prose: `${prose} (${g}.${c})` },
        { id: `g${g}-${c + 1}_gdn`, name: 'guidance', prose: prose.repeat(6) },
      ],
    })),
  }));
  const metadata = {
    title: 'Large catalog',
    'last-modified': '2026-01-01T00:00:00Z',
    version: '1',
    'oscal-version': '1.1.3',
  };
  return JSON.stringify({ catalog: { uuid: '7a2b6c1e-0000-4000-8000-000000000001', metadata, groups } });
}
