import { expect, test } from 'vitest';
import { droppedFiles } from '../../../../renderer/parts/dropped-files.ts';

const named = (name: string) => new File(['x'], name);

function file(name: string) {
  return {
    name,
    isFile: true,
    isDirectory: false,
    file: (give: (file: File) => void) => give(named(name)),
  };
}

/** A folder that hands out its contents two at a time, as browsers do by the hundred. */
function folder(name: string, inside: readonly object[], fails?: Error) {
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      let at = 0;
      return {
        readEntries: (give: (some: readonly object[]) => void, refuse: (error: Error) => void) => {
          if (fails) return refuse(fails);
          const some = inside.slice(at, at + 2);
          at += 2;
          give(some);
        },
      };
    },
  };
}

function dropped(entries: readonly object[], files: readonly File[]): DataTransfer {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  // The browser's own class cannot be made here; only these two parts of it are read.
  return { items, files } as unknown as DataTransfer;
}

const names = async (data: DataTransfer) => (await droppedFiles(data)).map(({ name }) => name);

test('files without a folder are those the browser lists', async () => {
  expect(await names(dropped([file('a.txt'), file('b.txt')], [named('a.txt'), named('b.txt')]))).toEqual([
    'a.txt',
    'b.txt',
  ]);
});

test('a folder gives every file in it, however deep, and what lies beside it is not lost', async () => {
  const deep = folder('deep', [file('3.txt')]);
  const tree = folder('evidence', [file('2.txt'), deep, file('1.txt'), folder('empty', [])]);
  // For a folder the browser lists a file that cannot be read.
  const data = dropped([tree, file('beside.svg')], [named('evidence'), named('beside.svg')]);
  expect(await names(data)).toEqual(['1.txt', '2.txt', '3.txt', 'beside.svg']);
});

test('an empty folder gives nothing, and one that cannot be read says so', async () => {
  expect(await names(dropped([folder('empty', [])], [named('empty')]))).toEqual([]);
  const shut = folder('shut', [], new Error('not readable'));
  await expect(names(dropped([shut], [named('shut')]))).rejects.toThrow('not readable');
});
