import * as tf from '@tensorflow/tfjs';

/** The kernel that a repair takes the place of. */
type Original = (inputs: Readonly<Record<string, tf.Tensor | undefined>>, attributes: object) => tf.Tensor;

/** A kernel of one back-end that is composed of its ops, or that puts right what its own one gets wrong. */
export interface Repair {
  readonly kernelName: string;
  /** What is made on the way is freed. `original` is the back-end's own kernel, if it has one. */
  readonly compute: (inputs: object, attributes: object, original: Original) => tf.Tensor;
  /** True if a back-end's own kernel, where there is one, is right and stays. */
  readonly whereMissing: boolean;
}

/** A kernel composed of ops, for back-ends that lack it. */
export function composed<Inputs, Attrs>(
  kernelName: string,
  compute: (inputs: Inputs, attributes: Attrs) => tf.Tensor,
): Repair {
  // tfjs types kernels by name only: these casts are where its tables meet ours.
  return { kernelName, compute: compute as unknown as Repair['compute'], whereMissing: true };
}

/** A kernel that takes the place of the back-end's own, and may call it. */
export function repaired<Inputs, Attrs>(
  kernelName: string,
  compute: (inputs: Inputs, attributes: Attrs, original: Original) => tf.TensorInfo,
): Repair {
  return { kernelName, compute: compute as unknown as Repair['compute'], whereMissing: false };
}

const done = new Set<string>();

/** Registers `repairs` for a back-end whose own kernels are registered already. Later calls for it do nothing. */
export function repairBackend(backendName: string, repairs: readonly Repair[]): void {
  if (done.has(backendName)) return;
  done.add(backendName);
  for (const repair of repairs) repairKernel(backendName, repair);
}

function repairKernel(backendName: string, { kernelName, compute, whereMissing }: Repair): void {
  const own = tf.getKernel(kernelName, backendName);
  if (own === undefined) {
    if (!whereMissing) return;
  } else {
    if (whereMissing) return;
    tf.unregisterKernel(kernelName, backendName);
  }
  tf.registerKernel({
    ...own,
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const original: Original = (given, attributes) => {
        const call = { inputs: given as tf.NamedTensorInfoMap, attrs: attributes as tf.NamedAttrMap, backend };
        const result = (own as tf.KernelConfig).kernelFunc(call) as tf.TensorInfo;
        return result instanceof tf.Tensor ? result : tf.engine().makeTensorFromTensorInfo(result);
      };
      return tf.tidy(() => compute(inputs, attrs ?? {}, original));
    },
  });
}
