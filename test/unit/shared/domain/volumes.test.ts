import { expect, test } from 'vitest';
import { sizeOf, VOLUME_BYTES, volumeSizeFault } from '../../../../shared/domain/volumes.ts';

test('a size is read as people write it', () => {
  for (const [text, bytes] of [
    ['2 GiB', VOLUME_BYTES.usual],
    ['2G', VOLUME_BYTES.usual],
    [' 700mib ', 700 * 2 ** 20],
    ['1.5 MB', 1.5 * 2 ** 20],
    ['1500000', 1_500_000],
    ['', null],
    ['large', null],
    ['-1', null],
    ['2 TB', null],
    ['1e9', null],
  ] as const)
    expect([text, sizeOf(text)]).toEqual([text, bytes]);
});

test('a size that no volume can have is told why', () => {
  expect(volumeSizeFault('2 GiB')).toBeNull();
  expect(volumeSizeFault('1 MiB')).toBeNull();
  expect(volumeSizeFault('9 GiB')).toBeNull();
  expect(volumeSizeFault('much')).toMatch(/^Write a size/);
  expect(volumeSizeFault('1 kB')).toMatch(/at least/);
  expect(volumeSizeFault('9.01 GiB')).toMatch(/at most/);
});
