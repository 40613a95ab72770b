import { CheckpointError } from '../errors.js';
import { bytesPerElement, isStoredDType, type StoredTensorInfo } from './stored.js';

/** Longest header that is accepted, in bytes; the reference implementation has the same limit. */
export const maxHeaderBytes = 100_000_000;

/** Hint for files of another kind. */
export const notSafetensors = 'Is it a safetensors file?';

/** Where a tensor's bytes are, counted from the end of the header. */
interface TensorEntry extends StoredTensorInfo {
  readonly begin: number;
  readonly end: number;
}

/** A checked header. */
export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNaturalList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function parseMetadata(file: string, value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : undefined;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    return Object.fromEntries(entries);
  }
  throw new CheckpointError(file, 'the header\'s "__metadata__" must be an object of strings.');
}

function parseEntry(file: string, name: string, value: unknown, dataBytes: number): TensorEntry {
  const fail = (problem: string): never => {
    throw new CheckpointError(file, `tensor "${name}": ${problem}`);
  };
  if (!isRecord(value)) return fail('its header entry is not an object.');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isStoredDType(dtype)) return fail(`unknown dtype ${JSON.stringify(dtype)}.`);
  if (!isNaturalList(shape)) return fail(`shape must be a list of sizes, found ${JSON.stringify(shape)}.`);
  if (!isNaturalList(offsets) || offsets.length !== 2) {
    return fail(`data_offsets must be two positions, found ${JSON.stringify(offsets)}.`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) {
    return fail(
      `data_offsets [${begin}, ${end}] lie outside the file's ${dataBytes} data bytes; the file may be cut off.`,
    );
  }
  const expected = shape.reduce((product, extent) => product * extent, bytesPerElement(dtype));
  if (expected !== end - begin) {
    return fail(
      `dtype ${dtype} and shape [${shape.join(', ')}] need ${expected} bytes, data_offsets span ${end - begin}.`,
    );
  }
  return { dtype, shape, begin, end };
}

/** The format wants every data byte to belong to exactly one tensor. Gives the entries in file order. */
function checkCoverage(file: string, entries: ReadonlyMap<string, TensorEntry>, dataBytes: number) {
  const sorted = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const [name, { begin, end }] of sorted) {
    if (begin < position) throw new CheckpointError(file, `tensor "${name}" overlaps another at data byte ${begin}.`);
    if (begin > position) throw new CheckpointError(file, `data bytes ${position} to ${begin} belong to no tensor.`);
    position = end;
  }
  if (position !== dataBytes) {
    throw new CheckpointError(file, `data bytes ${position} to ${dataBytes} belong to no tensor.`);
  }
  return new Map(sorted);
}

/**
 * Parses and checks a header against the number of data bytes after it.
 * @throws CheckpointError naming `file` and the tensor or field that is wrong.
 */
export function parseHeader(file: string, text: Uint8Array, dataBytes: number): SafetensorsHeader {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (cause) {
    throw new CheckpointError(file, 'the header is not JSON in UTF-8.', { hint: notSafetensors, cause });
  }
  if (!isRecord(json)) throw new CheckpointError(file, 'the header is not a JSON object.', { hint: notSafetensors });
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = parseMetadata(file, value);
    else entries.set(name, parseEntry(file, name, value, dataBytes));
  }
  return { entries: checkCoverage(file, entries, dataBytes), metadata };
}
