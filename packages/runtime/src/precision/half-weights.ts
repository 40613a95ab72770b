import type { Constant, Graph } from '../graph/graph.js';
import { elementTypeCodes } from '../graph/infer-outputs.js';
import { GraphCopy } from '../passes/graph-copy.js';

/** Smaller constants stay float32: their bytes do not matter, their digits may. */
const LEAST_ELEMENTS = 256;

/** Largest finite half. */
const LARGEST_HALF = 65504;

/**
 * Stores large float32 constants as halves, which are cast back where they are read: the file is half as large, every
 * weight keeps 11 bits. ONNX Runtime casts once, when the session is made, and computes in float32 as before.
 * Constants with values that halves cannot hold stay as they are.
 */
export function halveWeights(graph: Graph): Graph {
  const copy = new GraphCopy(graph);
  for (const [value, constant] of graph.constants) {
    if (!isHalvable(constant)) continue;
    const half = copy.target.constant({
      dtype: 'float16',
      shape: constant.shape,
      data: Uint16Array.from(constant.data as Float32Array, halfBits),
    });
    copy.bind(value, copy.target.node('Cast', [half], { to: elementTypeCodes.float32 }));
  }
  for (const node of graph.nodes) copy.copy(node);
  return copy.finish();
}

function isHalvable({ dtype, data }: Constant): boolean {
  if (dtype !== 'float32' || data.length < LEAST_ELEMENTS) return false;
  return (data as Float32Array).every((value) => Math.abs(value) <= LARGEST_HALF);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of the half nearest to a float32 of at most 65504 (ties to even, as IEEE 754 rounds). */
export function halfBits(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = Math.abs(float[0] as number);
  // Multiples of 2^-24, the smallest half, up to the smallest half with a hidden bit.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const mantissa = (word & 0x7fffff) / 2 ** 13;
  const exponent = ((word >>> 23) & 0xff) - 127 + 15;
  // A mantissa that rounds up to 1024 carries into the exponent, which is what the sum does.
  return sign | ((exponent << 10) + roundToEven(mantissa));
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
