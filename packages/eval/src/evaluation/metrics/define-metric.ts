import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import type {
  FrameMeasure,
  MeasuredFrame,
  MetricDefinition,
  MetricEntry,
  MetricNeed,
  MetricOptions,
} from './metric.js';

/** No options. */
export const noOptions = z.strictObject({});

/** A metric from its definition: options are checked and filled with their defaults. */
export function defineMetric<Options extends z.ZodType>(definition: MetricDefinition<Options>): MetricEntry {
  const { name, title, unit = '', isHigherBetter, digits, needs = [], isPure = false, version = 1 } = definition;
  const parse = (options: MetricOptions): z.output<Options> => {
    const { success, data, error } = definition.options.safeParse(options);
    if (success) return data;
    throw new ConfigError(`metric ${name}`, `${z.prettifyError(error)}.`);
  };
  return {
    ...{ name, title, unit, isHigherBetter, digits, needs, isPure, version },
    checkOptions: (options) => parse(options) as MetricOptions,
    parameterFiles: async (resources) => (await definition.parameterFiles?.(resources)) ?? [],
    create: async (options, resources) => definition.create(parse(options), resources),
  };
}

/** Facts of a pure metric that has no options. */
type PureFacts = Pick<MetricEntry, 'name' | 'title' | 'isHigherBetter' | 'digits'> & {
  readonly unit?: string;
  readonly needs?: readonly MetricNeed[];
};

/** A metric without options that is a function of a frame. */
export function pureMetric(facts: PureFacts, measure: (frame: MeasuredFrame) => number | null): MetricEntry {
  return defineMetric({ ...facts, isPure: true, options: noOptions, create: () => frameMeasure(measure) });
}

/** A metric inside a mask: without one it says nothing. */
export function maskedMeasure(
  measure: (frame: MeasuredFrame & { readonly mask: NonNullable<MeasuredFrame['mask']> }) => number | null,
): FrameMeasure {
  return frameMeasure(({ truth, prediction, mask }) => (mask === null ? null : measure({ truth, prediction, mask })));
}

/** Wraps a function of a frame. */
export function frameMeasure(measure: FrameMeasure['measure']): FrameMeasure {
  return { kind: 'frame', measure };
}
