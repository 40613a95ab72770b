import type { Frame } from '@vosvfi/core';

/** One step, whether it was applied or left out. */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly step: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly total: number;
  readonly terms: Readonly<Record<string, number>>;
  /** Global L2 norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Steps left out so far because a value was not finite, over the whole run. */
  readonly skipped: number;
  /** Over the last steps, saving and validation included, pauses not. */
  readonly secondsPerStep: number;
  readonly etaSeconds: number;
  /** Share of the time so far that was spent waiting for batches, 0..1. */
  readonly dataWaitShare: number;
}

/** A picture of a fixed validation sample. */
export interface ValidationPicture {
  /** The same at every validation; unique among the pictures of one. */
  readonly name: string;
  readonly frame: Frame;
}

/** What a validation gave. */
export interface Validation {
  readonly metrics: Readonly<Record<string, number>>;
  readonly pictures?: readonly ValidationPicture[];
}

/** What `train` reports while it runs. `step` is the number of steps done. */
export type TrainEvent =
  | ProgressEvent
  | ({ readonly type: 'validation'; readonly step: number } & Validation)
  | { readonly type: 'checkpoint'; readonly step: number; readonly path: string }
  | { readonly type: 'skipped'; readonly step: number; readonly reason: string }
  | {
      readonly type: 'histograms';
      readonly step: number;
      /** By name, such as a parameter's key. */
      readonly values: Readonly<Record<string, Float32Array>>;
    }
  | { readonly type: 'paused'; readonly step: number }
  | { readonly type: 'continued'; readonly step: number; readonly pausedSeconds: number }
  | { readonly type: 'warning'; readonly step: number; readonly message: string };
