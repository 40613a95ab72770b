import { type EngineId, engineIds } from './engine.js';
import type { EngineDescription } from './engine-description.js';
import { remedyFor } from './engine-remedies.js';
import { runProbe } from './run-probe.js';

/** Measured speed of an engine. */
export interface EngineSpeed {
  /** What was run, in words. */
  readonly operation: string;
  /** Median of its runs. */
  readonly milliseconds: number;
  /** Billions of multiplications and additions per second, counted as two operations a pair. */
  readonly gigaflops: number;
}

/** What is known of one engine on this machine. */
export interface EngineFact {
  readonly engine: EngineId;
  /** True if a convolution compiled for it has just given the right numbers. */
  readonly usable: boolean;
  /** What runs it; absent if it cannot be used. */
  readonly description?: EngineDescription;
  /** Absent if not asked for. */
  readonly speed?: EngineSpeed;
  /** What is worth knowing although it works. */
  readonly remarks: readonly string[];
  /** Why it cannot be used; absent if it can. */
  readonly reason?: string;
  /** What to do about it, with the exact command; absent if it can be used. */
  readonly remedy?: string;
}

/** What {@link engineFacts} looks at. */
export interface EngineFactsOptions {
  /** Default: all. */
  readonly engines?: readonly EngineId[];
  /** Whether speeds are measured too; about two seconds for each engine that works. Default false. */
  readonly speed?: boolean;
  /** How long one engine may take before it counts as hanging. Default 60. */
  readonly timeoutSeconds?: number;
}

/**
 * Tries engines on a small convolution, one after another, each in a process of its own: a native library that crashes
 * or hangs takes nothing with it. An engine that cannot be used is a fact, not an error.
 */
export async function engineFacts(options: EngineFactsOptions = {}): Promise<EngineFact[]> {
  const { engines = engineIds, speed = false, timeoutSeconds = 60 } = options;
  const facts: EngineFact[] = [];
  for (const engine of engines) {
    const answer = await runProbe({ engine, speed }, timeoutSeconds);
    facts.push(
      'fact' in answer
        ? answer.fact
        : { engine, usable: false, remarks: [], reason: answer.failure, remedy: remedyFor(engine) },
    );
  }
  return facts;
}
