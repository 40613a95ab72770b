/** Weights of one convolution as whole numbers. */
export interface QuantizedWeights {
  /** Same order as the weights, -127..127. */
  readonly values: Int8Array;
  /** What one step is worth, for each output channel. */
  readonly scales: Float32Array;
  /** In steps of `inputScale * scales[o]`. */
  readonly bias: Int32Array;
}

/** What {@link quantizeWeights} needs. */
export interface FloatConvolution {
  /** [out, in, kh, kw] in C order. */
  readonly weights: Float32Array;
  readonly bias: Float32Array | undefined;
  /** The input is `inputProfile[c] * inputScale * (q - zero point)`. */
  readonly inputProfile: Float64Array;
  readonly inputScale: number;
  /** The output is divided by this. */
  readonly outputProfile: Float64Array;
  /** One scale for each output channel (default), or one for all of them. */
  readonly granularity?: 'channel' | 'tensor';
}

const LARGEST_WEIGHT = 127;
/** Leaves a factor of two for the products that are added to the bias. */
const LARGEST_BIAS = 2 ** 30;

/** Symmetric 8-bit weights with the sizes of the input's and output's channels worked in. */
export function quantizeWeights(convolution: FloatConvolution): QuantizedWeights {
  const { weights, bias, inputProfile, inputScale, outputProfile, granularity = 'channel' } = convolution;
  const [outputs, inputs] = [outputProfile.length, inputProfile.length];
  const perOutput = weights.length / outputs;
  const taps = perOutput / inputs;
  const folded = Float64Array.from(weights, (weight, index) => {
    const channel = Math.floor((index % perOutput) / taps);
    return (weight * (inputProfile[channel] as number)) / (outputProfile[Math.floor(index / perOutput)] as number);
  });
  const foldedBias = Float64Array.from(outputProfile, (size, channel) => (bias?.[channel] ?? 0) / size);
  const scales = new Float32Array(outputs);
  for (let channel = 0; channel < outputs; channel++) {
    let largest = 0;
    for (let i = channel * perOutput; i < (channel + 1) * perOutput; i++) {
      largest = Math.max(largest, Math.abs(folded[i] as number));
    }
    const leastForBias = Math.abs(foldedBias[channel] as number) / (inputScale * LARGEST_BIAS);
    scales[channel] = Math.fround(Math.max(largest / LARGEST_WEIGHT, leastForBias)) || 1;
  }
  if (granularity === 'tensor') scales.fill(Math.max(...scales));
  const values = Int8Array.from(folded, (weight, index) => {
    const steps = Math.round(weight / (scales[Math.floor(index / perOutput)] as number));
    return Math.min(Math.max(steps, -LARGEST_WEIGHT), LARGEST_WEIGHT);
  });
  return {
    values,
    scales,
    bias: Int32Array.from(foldedBias, (value, channel) =>
      Math.round(value / (inputScale * (scales[channel] as number))),
    ),
  };
}
