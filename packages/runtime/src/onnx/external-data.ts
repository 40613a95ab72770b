import type { Constant, Graph } from '../graph/graph.js';

/** Constants that are not inside an ONNX model but in a file beside it. */
export interface ExternalData {
  /** The file's name, without folders. */
  readonly file: string;
  /** Bytes of the file. */
  readonly bytes: number;
  /** What the file holds, in this order and without gaps. */
  readonly pieces: readonly Uint8Array[];
  /** Where each constant lies. */
  readonly places: ReadonlyMap<string, { readonly offset: number; readonly length: number }>;
}

/**
 * Constants larger than this in all leave the model, because a protobuf message ends at 2 GiB; the rest of the 2 GiB is
 * for nodes, whose size is known only when they are written.
 */
export const largestInlineBytes = 2 ** 31 - 2 ** 26;

/** Readers map the file into memory by pages. */
const PAGE = 4096;

/** Smaller constants stay inside: shapes and axes have to be known when the model is loaded. */
const SMALLEST_EXTERNAL = 1024;

/** Bytes of all constants. */
export function constantBytes(graph: Graph): number {
  let bytes = 0;
  for (const { data } of graph.constants.values()) bytes += data.byteLength;
  return bytes;
}

/** A file called `file` with the larger constants of a graph, each at the start of a page. */
export function externalData(graph: Graph, file: string): ExternalData {
  const pieces: Uint8Array[] = [];
  const places = new Map<string, { offset: number; length: number }>();
  let offset = 0;
  for (const [name, { data }] of graph.constants) {
    const length = data.byteLength;
    if (length < SMALLEST_EXTERNAL) continue;
    places.set(name, { offset, length });
    pieces.push(bytesOf(data));
    const padding = (PAGE - (length % PAGE)) % PAGE;
    if (padding > 0) pieces.push(new Uint8Array(padding));
    offset += length + padding;
  }
  return { file, bytes: offset, pieces, places };
}

/** The memory of a constant, not copied. */
export function bytesOf(data: Constant['data']): Uint8Array {
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}
