import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpickle } from './unpickle.js';
import {
  type PickleDict,
  PickleError,
  PickleForbiddenError,
  PickleGlobal,
  PickleRecord,
  PickleTruncatedError,
  PickleTuple,
  type PickleValue,
} from './values.js';

const resolvers = {
  global: (module: string, name: string): PickleValue => {
    if (`${module}.${name}` === 'ok.Class') return new PickleGlobal(name, (args) => new PickleRecord(name, args));
    throw new PickleForbiddenError(`names ${module}.${name}`);
  },
  persistent: (id: PickleValue): PickleValue => ['persistent', id],
};

/** A protocol-2 pickle of the given text (latin-1, so that \x80 is one byte) and a STOP. */
function load(body: string): PickleValue {
  return unpickle(Buffer.from(`\x80\x02${body}.`, 'latin1'), resolvers).value;
}

describe('unpickle', () => {
  it.each<[string, string, PickleValue]>([
    ['none and booleans', '(N\x88\x89t', new PickleTuple([null, true, false])],
    ['text integers', '(I7\nI01\nL-12L\nt', new PickleTuple([7, true, -12])],
    ['short integers', '(K\xffM\x01\x02J\xfe\xff\xff\xfft', new PickleTuple([255, 513, -2])],
    ['a negative long', '\x8a\x01\xff', -1],
    ['an empty long', '\x8a\x00', 0],
    ['a long beyond 2^53', '\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x40', 2n ** 70n],
    [
      'floats',
      '(F1.5\nF-inf\nG\x40\x09\x00\x00\x00\x00\x00\x00t',
      new PickleTuple([1.5, Number.NEGATIVE_INFINITY, 3.125]),
    ],
    ['text', '(U\x02hi\x8c\x02\xc3\xa9X\x01\x00\x00\x00at', new PickleTuple(['hi', 'é', 'a'])],
    ['nested lists', ']q\x00(K\x01]K\x02ae', [1, [2]]],
    ['tuples', '(K\x01\x85K\x02K\x03\x86t', new PickleTuple([new PickleTuple([1]), new PickleTuple([2, 3])])],
    ['sets', '\x8f(K\x01K\x02\x90', new Set([1, 2])],
    ['memory', 'K\x05q\x07h\x07\x86', new PickleTuple([5, 5])],
    ['persistent ids', 'K\x09Q', ['persistent', 9]],
  ])('reads %s', (_, body, expected) => {
    expect(load(body)).toEqual(expected);
  });

  it('keeps the types of keys and never touches prototypes', () => {
    const dict = load('}(K\x01K\x02U\x011K\x03U\x09__proto__K\x04u') as PickleDict;
    expect([...dict.entries]).toEqual([
      [1, 2],
      ['1', 3],
      ['__proto__', 4],
    ]);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it('makes permitted objects plain records with attributes', () => {
    const record = load('cok\nClass\n)\x81}U\x01aK\x01sb') as PickleRecord;
    expect(record.className).toBe('Class');
    expect([...record.attributes]).toEqual([['a', 1]]);
  });

  it('drops attributes of dictionaries', () => {
    expect((load('}}U\x01aK\x01sb') as PickleDict).entries.size).toBe(0);
  });

  it.each([
    ['a name that is not permitted', 'cos\nsystem\n', /os\.system/],
    ['a name from the stack', 'U\x02osU\x06system\x93', /os\.system/],
    ['a call of text', 'U\x02os)R', /not a permitted name/],
    ['a call of a made object', 'cok\nClass\n)R)R', /not a permitted name/],
    ['attributes on a list', ']}b', /sets attributes/],
    ['attributes on a name', 'cok\nClass\n}b', /sets attributes/],
    ['INST', '(ios\nsystem\n', /opcode 0x69/],
    ['text persistent ids', 'Pid\n', /opcode 0x50/],
    ['the extension registry', '\x82\x01', /opcode 0x82/],
  ])('refuses %s', (_, body, message) => {
    expect(() => load(body)).toThrow(PickleForbiddenError);
    expect(() => load(body)).toThrow(message);
  });

  it.each([
    ['an empty stack', '0', /empty stack/],
    ['a group that was not opened', 't', /not opened/],
    ['a missing memory', 'h\x01', /value 1, which was not stored/],
    ['an item for a list', ']K\x01K\x02s', /not a dictionary/],
    ['a key without value', '}(K\x01u', /key without a value/],
    ['arguments that are a list', 'cok\nClass\n]R', /not a tuple/],
    ['damaged integers', 'Iabc\n', /damaged integer/],
    ['damaged text', 'X\x01\x00\x00\x00\xff', /not UTF-8/],
    ['an enormous integer', '\x8b\xff\xff\xff\x7f', /integer of 2147483647 bytes/],
  ])('reports %s', (_, body, message) => {
    expect(() => load(body)).toThrow(PickleError);
    expect(() => load(body)).toThrow(message);
  });

  it('bounds what a small pickle can make', () => {
    expect(() => load('('.repeat(4_000_001))).toThrow(/more than 4000000 values/);
  });

  it('says how far it read and notices the end of the bytes', () => {
    const bytes = Buffer.from('\x80\x02K\x01.\x80\x02K\x02.', 'latin1');
    expect(unpickle(bytes, resolvers)).toEqual({ value: 1, end: 5 });
    expect(unpickle(bytes, resolvers, 5)).toEqual({ value: 2, end: 10 });
    expect(() => unpickle(bytes.subarray(0, 4), resolvers)).toThrow(PickleTruncatedError);
    expect(() => unpickle(Buffer.from('\x80\x02X\xff\xff\xff\xff', 'latin1'), resolvers)).toThrow(PickleTruncatedError);
    expect(() => unpickle(Buffer.from('hello'), resolvers)).toThrow(/protocol 2/);
    expect(() => unpickle(Buffer.from([0x80, 9]), resolvers)).toThrow(/protocol 9/);
  });

  it('fails on random bytes only with a PickleError', () => {
    const operations = fc.constantFrom(...Buffer.from('(0N\x88K]ael}sudtq\x00h\x00cRb\x81Q2.', 'latin1'));
    fc.assert(
      fc.property(fc.array(fc.oneof(operations, fc.nat(255)), { maxLength: 40 }), (body) => {
        try {
          unpickle(Uint8Array.from([0x80, 2, ...body]), resolvers);
        } catch (error) {
          expect(error).toBeInstanceOf(PickleError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
