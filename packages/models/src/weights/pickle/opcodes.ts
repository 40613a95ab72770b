import type { PickleMachine } from './machine.js';
import { PickleDict, PickleTuple } from './values.js';

type Operation = (machine: PickleMachine) => void;

/** `text` as a decimal integer, with Python 2's `L` at the end allowed. */
function decimal(machine: PickleMachine, text: string): number | bigint {
  if (!/^[+-]?\d{1,100}L?$/.test(text)) machine.fail('has a damaged integer');
  const value = BigInt(text.replace(/[+L]/g, ''));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function memoIndex(machine: PickleMachine): number {
  return Number(decimal(machine, machine.reader.line()));
}

function decimalOrBoolean(machine: PickleMachine): boolean | number | bigint {
  const text = machine.reader.line();
  return text === '01' ? true : text === '00' ? false : decimal(machine, text);
}

function decimalFloat(machine: PickleMachine): number {
  const text = machine.reader.line();
  const value = Number(text.replace(/^(-?)inf$/, '$1Infinity'));
  if (Number.isNaN(value) && text !== 'nan') machine.fail('has a damaged number');
  return value;
}

function dictOf(machine: PickleMachine): void {
  const items = machine.popMark();
  machine.push(new PickleDict());
  machine.setItems(items);
}

function setItem(machine: PickleMachine): void {
  const value = machine.pop();
  machine.setItems([machine.pop(), value]);
}

function appendOne(machine: PickleMachine): void {
  machine.append([machine.pop()]);
}

function globalFromStack(machine: PickleMachine): void {
  const name = machine.pop();
  machine.global(machine.pop(), name);
}

/** STOP ends the pickle. */
export const stopCode = 0x2e;
/** PROTO starts every pickle of protocol 2 and later. */
export const protocolCode = 0x80;

/**
 * The opcodes that are accepted, with Python's names. Left out on purpose: text persistent ids, extension registry,
 * INST and OBJ (protocol 0 classes), NEWOBJ_EX, out-of-band buffers, quoted text strings; checkpoints have none of them.
 */
export const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x95, (m) => void m.reader.length64()], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x70, (m) => m.put(memoIndex(m))], // PUT
  [0x71, (m) => m.put(m.reader.uint8())], // BINPUT
  [0x72, (m) => m.put(m.reader.uint32())], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x67, (m) => m.get(memoIndex(m))], // GET
  [0x68, (m) => m.get(m.reader.uint8())], // BINGET
  [0x6a, (m) => m.get(m.reader.uint32())], // LONG_BINGET
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x49, (m) => m.push(decimalOrBoolean(m))], // INT
  [0x4c, (m) => m.push(decimal(m, m.reader.line()))], // LONG
  [0x4a, (m) => m.push(m.reader.int32())], // BININT
  [0x4b, (m) => m.push(m.reader.uint8())], // BININT1
  [0x4d, (m) => m.push(m.reader.uint16())], // BININT2
  [0x8a, (m) => m.push(m.reader.integer(m.reader.uint8()))], // LONG1
  [0x8b, (m) => m.push(m.reader.integer(m.reader.uint32()))], // LONG4
  [0x46, (m) => m.push(decimalFloat(m))], // FLOAT
  [0x47, (m) => m.push(m.reader.float64())], // BINFLOAT
  [0x54, (m) => m.push(m.reader.latin1(m.reader.uint32()))], // BINSTRING
  [0x55, (m) => m.push(m.reader.latin1(m.reader.uint8()))], // SHORT_BINSTRING
  [0x58, (m) => m.push(m.reader.utf8(m.reader.uint32()))], // BINUNICODE
  [0x8c, (m) => m.push(m.reader.utf8(m.reader.uint8()))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.reader.utf8(m.reader.length64()))], // BINUNICODE8
  [0x42, (m) => m.push(m.reader.bytes(m.reader.uint32()))], // BINBYTES
  [0x43, (m) => m.push(m.reader.bytes(m.reader.uint8()))], // SHORT_BINBYTES
  [0x8e, (m) => m.push(m.reader.bytes(m.reader.length64()))], // BINBYTES8
  [0x96, (m) => m.push(m.reader.bytes(m.reader.length64()))], // BYTEARRAY8
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x6c, (m) => m.push(m.popMark())], // LIST
  [0x61, appendOne], // APPEND
  [0x65, (m) => m.append(m.popMark())], // APPENDS
  [0x29, (m) => m.push(new PickleTuple([]))], // EMPTY_TUPLE
  [0x74, (m) => m.push(new PickleTuple(m.popMark()))], // TUPLE
  [0x85, (m) => m.push(m.popTuple(1))], // TUPLE1
  [0x86, (m) => m.push(m.popTuple(2))], // TUPLE2
  [0x87, (m) => m.push(m.popTuple(3))], // TUPLE3
  [0x7d, (m) => m.push(new PickleDict())], // EMPTY_DICT
  [0x64, dictOf], // DICT
  [0x73, setItem], // SETITEM
  [0x75, (m) => m.setItems(m.popMark())], // SETITEMS
  [0x8f, (m) => m.push(new Set())], // EMPTY_SET
  [0x90, (m) => m.add(m.popMark())], // ADDITEMS
  [0x91, (m) => m.push(new Set(m.popMark()))], // FROZENSET
  [0x63, (m) => m.global(m.reader.line(), m.reader.line())], // GLOBAL
  [0x93, globalFromStack], // STACK_GLOBAL
  [0x51, (m) => m.persistent()], // BINPERSID
  [0x52, (m) => m.call()], // REDUCE
  [0x81, (m) => m.call()], // NEWOBJ
  [0x62, (m) => m.build()], // BUILD
]);
