/** Adds to the back-end `webgpu` the kernels that it lacks or has wrong. */
export function amendWebgpuKernels(): void {}
