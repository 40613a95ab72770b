/** How a kernel did on one engine. */
export type KernelState =
  | 'passed'
  /** It is what the others are compared with, for want of something else. */
  | 'reference'
  /** The first trial that differs or stops, and how. */
  | { readonly failed: string }
  /** The kernel that the engine lacks: this one, or one that its gradient calls. */
  | { readonly missing: string };

/** States of one kernel: of its values, and of what comes out when it is differentiated. */
export interface KernelStates {
  readonly value?: KernelState;
  /** Absent where no case differentiates it. */
  readonly gradient?: KernelState;
}

/** What one run of the parity suite found; the files in `states/` hold one each. */
export interface EngineStates {
  readonly engine: string;
  /** What ran it, by package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Trials drawn of each case. */
  readonly trials: number;
  readonly kernels: Readonly<Record<string, KernelStates>>;
}

/** The worse of two states of one kernel: failed, then missing, then passed, then reference. */
export function worse(a: KernelState | undefined, b: KernelState): KernelState {
  if (a === undefined) return b;
  return severity(b) > severity(a) ? b : a;
}

function severity(state: KernelState): number {
  if (state === 'reference') return 0;
  if (state === 'passed') return 1;
  return 'missing' in state ? 2 : 3;
}
