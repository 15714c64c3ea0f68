import { describe, expect, it } from 'vitest';
import { BinderFile } from './binder-file.ts';
import { makeSigner, makeTimeStamp } from './signer.ts';
import { problemsOf, verifyBytes } from './verify.ts';

const ada = makeSigner('Ada');
const clock = makeSigner('Clock', { stamps: true });
const stampedBy = (stamp: (signature: Buffer) => Buffer): Buffer =>
  BinderFile.make().sign(ada, { cms: { stamp } }).bytes;

describe('a time stamp on a signature', () => {
  it('by an authority that is trusted proves the time', async () => {
    const bytes = stampedBy((signature) => makeTimeStamp(clock, signature));
    const report = await verifyBytes(bytes, { trust: [ada.pem, clock.pem] });
    expect(problemsOf(report)).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(report.proven.join(' ')).toContain(
      'was there at 2026-01-05 12:00 UTC, by the time stamp of Clock',
    );
  });

  it('by an authority that is trusted leaves open when those signed that have none', async () => {
    const clocks = async (binder: BinderFile, trust: string[]) =>
      (await verifyBytes(binder.bytes, { trust })).notProven.filter((one) => one.includes('own clocks'));
    const stamped = () =>
      BinderFile.make().sign(ada, { cms: { stamp: (signature) => makeTimeStamp(clock, signature) } });
    const of = (which: string) => [
      `When it was signed${which}: the times are those of the signers’ own clocks.`,
    ];
    expect(await clocks(stamped(), [clock.pem])).toEqual([]);
    expect(await clocks(stamped(), [])).toEqual(of(''));
    const signed = stamped().sign(makeSigner('Bob'), { field: 1 });
    expect(await clocks(signed, [clock.pem])).toEqual(of(' as Reviewer'));
  });

  it('by an authority that is not trusted proves nothing, and that is said', async () => {
    const report = await verifyBytes(stampedBy((signature) => makeTimeStamp(clock, signature)));
    expect(report.verdict).toBe('valid-unknown-signer');
    expect(report.proven.join(' ')).not.toContain('Clock');
    expect(report.notProven.join(' ')).toContain('nobody here vouches for Clock');
  });

  it.each([
    ['of another signature', () => makeTimeStamp(clock, Buffer.from('another'))],
    ['by one who may not stamp', (signature: Buffer) => makeTimeStamp(ada, signature)],
    [
      'from before its authority’s certificate',
      (signature: Buffer) => makeTimeStamp(clock, signature, '20200101000000Z'),
    ],
    ['with no time', (signature: Buffer) => makeTimeStamp(clock, signature, 'noon')],
    ['signed with another key', (signature: Buffer) => makeTimeStamp({ ...clock, key: ada.key }, signature)],
    ['that is none', () => Buffer.from('3003020101', 'hex')],
  ])('%s is named', async (_, stamp) => {
    const report = await verifyBytes(stampedBy(stamp));
    expect(problemsOf(report)).toEqual(['time-stamp @ signature Preparer']);
  });
});
