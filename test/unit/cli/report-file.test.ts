import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReport } from '../../../cli/report-file.ts';
import { FaultError } from '../../../shared/fault.ts';

let dir: string;
let workspace: string;
const place = (name: string) => join(dir, name);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bindery-report-'));
  workspace = place('ws');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'keys.json'), '{"slots": []}');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const JSON_REPORT = '{\n  "ok": true,\n  "value": {}\n}\n';
const codeOf = (write: () => void) => {
  try {
    write();
  } catch (error) {
    if (error instanceof FaultError) return error.fault.code;
    throw error;
  }
  return 'written';
};
const write = (name: string) => codeOf(() => writeReport(place(name), JSON_REPORT, workspace));

test('a report takes a new name, an empty file and an earlier report of any format', () => {
  expect(write('new.json')).toBe('written');
  for (const [name, text] of [
    ['empty', ''],
    ['json', JSON_REPORT],
    ['junit', '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="x"/>'],
    ['sarif', '{\n  "$schema": "https://json.schemastore.org/sarif-2.1.0.json"\n}'],
  ] as const) {
    writeFileSync(place(name), text);
    expect(write(name)).toBe('written');
    expect(readFileSync(place(name), 'utf8')).toBe(JSON_REPORT);
  }
});

test('and nothing else: another file, a link, a pipe, a folder and the workspace stay as they are', () => {
  writeFileSync(place('letter.txt'), 'Dear auditors');
  expect(write('letter.txt')).toBe('conflict');
  expect(readFileSync(place('letter.txt'), 'utf8')).toBe('Dear auditors');
  symlinkSync(place('letter.txt'), place('link'));
  execFileSync('mkfifo', [place('pipe')]);
  for (const name of ['link', 'pipe', 'ws', 'ws/keys.json', 'ws/new.json'])
    expect(write(name)).toBe('invalid-input');
  expect(statSync(place('pipe')).isFIFO()).toBe(true);
  expect(readdirSync(workspace)).toEqual(['keys.json']);
  expect(write('nowhere/report.json')).toBe('unavailable');
  expect(readdirSync(dir).filter((name) => name.endsWith('.part'))).toEqual([]);
});
