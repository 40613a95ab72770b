import type { Frame, Mask } from '@vosvfi/core';
import type { EngineId } from '@vosvfi/runtime/engine';
import type { z } from 'zod';
import type { FlowFinder } from '../../video/temporal-consistency.js';

/**
 * What a metric asks for besides a true and a predicted frame.
 * - `mask`: object labels; without them it says nothing.
 * - `parameters`: a file of the user's.
 * - `flow`: something that finds optical flow.
 * - `sequence`: all frames of an item in their order, given ones included.
 */
export type MetricNeed = 'mask' | 'parameters' | 'flow' | 'sequence';

/** A true frame, what was predicted in its place, and the objects in it. */
export interface MeasuredFrame {
  readonly truth: Frame;
  readonly prediction: Frame;
  readonly mask: Mask | null;
}

/** A frame of an item as it is shown: given, or predicted in place of the true one. */
export interface ShownFrame {
  readonly truth: Frame;
  readonly shown: Frame;
  readonly isPredicted: boolean;
}

/** Measures single frames. */
export interface FrameMeasure {
  readonly kind: 'frame';
  /** Null where the metric says nothing, `Infinity` for the PSNR of equal frames. */
  measure(frame: MeasuredFrame): number | null | Promise<number | null>;
  dispose?(): Promise<void>;
}

/** Takes the frames of one item in their order and gives a value at the end. */
export interface SequenceAccumulator {
  add(frame: ShownFrame): Promise<void> | void;
  /** Null for a sequence that is too short. */
  end(): Promise<number | null> | number | null;
}

/** Measures whole sequences; frames stream through. */
export interface SequenceMeasure {
  readonly kind: 'sequence';
  start(): SequenceAccumulator;
  dispose?(): Promise<void>;
}

/** A metric with its options and parameters, ready to measure. */
export type Measure = FrameMeasure | SequenceMeasure;

/** What metrics may use; each asks for what it needs. */
export interface MetricResources {
  /** Folder of parameter files. */
  readonly parameters?: string | undefined;
  /** Finds flow; `id` names the method, with its version. */
  readonly flow?: { readonly id: string; readonly find: FlowFinder } | undefined;
  /** A score of Ma et al. of a frame, for the perceptual index instead of the one by a file; `id` names its parameters. */
  readonly ma?: { readonly id: string; readonly score: (frame: Frame) => number | Promise<number> } | undefined;
  /** Where networks run; default `graph`. */
  readonly engine?: EngineId | undefined;
  readonly threads?: number | undefined;
}

/** Options of a metric as protocols and commands write them. */
export type MetricOptions = Readonly<Record<string, string | number | boolean>>;

/** A metric that can be named. */
export interface MetricEntry {
  readonly name: string;
  readonly title: string;
  /** For example dB; empty for none. */
  readonly unit: string;
  readonly isHigherBetter: boolean;
  /** Digits after the point in tables. */
  readonly digits: number;
  readonly needs: readonly MetricNeed[];
  /** True if it needs nothing but frames, masks and the processor: then worker threads can measure it. */
  readonly isPure: boolean;
  /** Rises when its values could change though options and parameters do not; kept values of others are not taken. */
  readonly version: number;
  /** @throws ConfigError naming an option that is unknown or out of range. */
  checkOptions(options: MetricOptions): MetricOptions;
  /** Files that it reads from the folder of parameters, for its identity in caches; empty if there are none. */
  parameterFiles(resources: MetricResources): Promise<readonly string[]>;
  /**
   * Makes it ready.
   * @throws ConfigError naming parameters or a flow finder that it needs and lacks; CheckpointError for a damaged file.
   */
  create(options: MetricOptions, resources: MetricResources): Promise<Measure>;
}

/** What a metric's definition says; the rest of {@link MetricEntry} follows. */
export interface MetricDefinition<Options extends z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly unit?: string;
  readonly isHigherBetter: boolean;
  readonly digits: number;
  readonly needs?: readonly MetricNeed[];
  readonly isPure?: boolean;
  /** Default 1. */
  readonly version?: number;
  readonly options: Options;
  readonly parameterFiles?: (resources: MetricResources) => Promise<readonly string[]>;
  readonly create: (options: z.output<Options>, resources: MetricResources) => Measure | Promise<Measure>;
}
