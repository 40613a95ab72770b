import * as tf from '../tf.js';

/** A kernel of a back-end as a function of inputs and attributes. */
export type Kernel<Inputs, Attrs> = (inputs: Inputs, attrs: Attrs) => tf.Tensor;

/** A kernel in place of a back-end's own, which it may call. */
export interface AmendedKernel {
  readonly kernelName: string;
  /** @param own The back-end's own kernel, if it has one. */
  configure(backendName: string, own: tf.KernelConfig | undefined): tf.KernelConfig;
}

/** Tfjs types kernels by name only: the casts in here are where its tables meet ours. */
export function amended<Inputs, Attrs>(
  kernelName: string,
  compute: (inputs: Inputs, attrs: Attrs, own: Kernel<Inputs, Attrs>) => tf.Tensor,
): AmendedKernel {
  return {
    kernelName,
    configure: (backendName, own) => ({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const call: Kernel<Inputs, Attrs> = (ownInputs, ownAttrs) => {
          if (own === undefined) throw new Error(`The back-end "${backendName}" has no kernel "${kernelName}".`);
          const result = own.kernelFunc({
            inputs: ownInputs as unknown as tf.NamedTensorInfoMap,
            attrs: ownAttrs as unknown as tf.NamedAttrMap,
            backend,
          }) as tf.TensorInfo;
          return result instanceof tf.Tensor ? result : tf.engine().makeTensorFromTensorInfo(result);
        };
        return tf.tidy(() => compute(inputs as unknown as Inputs, attrs as unknown as Attrs, call));
      },
    }),
  };
}

/** Puts the amended kernels in place of a back-end's own. Call it once, and before the back-end is used. */
export function amendKernels(backendName: string, kernels: readonly AmendedKernel[]): void {
  for (const { kernelName, configure } of kernels) {
    const own = tf.getKernel(kernelName, backendName);
    if (own !== undefined) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(configure(backendName, own));
  }
}
