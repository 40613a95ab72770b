import { basename, resolve } from 'node:path';
import { ConfigError } from '@vosvfi/core';
import type { EngineId } from '@vosvfi/runtime';
import type { MetricCase, OracleCase } from './case.js';
import { compareTensors, type Line, leftOut } from './compare.js';
import { compareParamGrads } from './compare-gradients.js';
import { type Fixture, readFixtureFolder } from './fixture.js';
import { loadCase } from './registry.js';

/**
 * Runs a case of stored tensors.
 * @param part compares only this part of the folder.
 * @throws ConfigError if the case has no such part.
 */
export async function checkTensors(
  oracle: OracleCase,
  dir: string,
  engine: EngineId,
  part?: string | undefined,
): Promise<Line[]> {
  const belongs = part === undefined ? undefined : partOf(oracle, part);
  const fixture = await readFixtureFolder(dir);
  const { tensors, weights } = fixture;
  const result = await oracle.run({ id: basename(dir), dir, engine, tensors, weights });
  const remarks = (result.remarks ?? []).map((note): Line => ({ name: 'remark', ok: true, note }));
  const lines = [...compareTensors(oracle, fixture, result, belongs), ...remarks];
  if (belongs !== undefined) return [...lines, notCompared(oracle, fixture, belongs)];
  if (fixture.paramGrads === undefined) return lines;
  if (result.paramGrads === undefined) {
    return [...lines, { name: 'param_grads', ok: false, note: 'MISSING: the case gives no parameter gradients' }];
  }
  return [...lines, ...compareParamGrads(oracle, fixture.paramGrads, fixture.stats, result.paramGrads)];
}

function partOf(oracle: OracleCase, part: string): (name: string) => boolean {
  const belongs = oracle.parts?.[part];
  if (belongs !== undefined) return belongs;
  throw new ConfigError('--part', `${oracle.ids.join(', ')} has no part "${part}".`, {
    hint: `Known: ${Object.keys(oracle.parts ?? {}).join(', ') || 'none'}.`,
  });
}

function notCompared(oracle: OracleCase, fixture: Fixture, belongs: (name: string) => boolean): Line {
  const gradients = fixture.paramGrads === undefined ? [] : ['all parameter gradients'];
  const rest = [...leftOut(oracle, fixture, belongs), ...gradients];
  return { name: 'NOT COMPARED', note: rest.join(', ') || 'nothing' };
}

/** Runs a case of numbers. */
export async function checkMetrics(metric: MetricCase, dir: string): Promise<Line[]> {
  const comparisons = await metric.run(dir);
  if (comparisons.length === 0) return [{ name: basename(dir), ok: false, note: 'the case compared nothing' }];
  return comparisons.map(({ name, actual, expected, tolerance }) => {
    const error = Object.is(actual, expected) ? 0 : Math.abs(actual - expected);
    return { name, error, ok: error <= tolerance, note: `${actual}, expected ${expected} (within ${tolerance})` };
  });
}

/**
 * Runs the case that a folder's name asks for.
 * @throws ConfigError for an unknown name; CheckpointError for missing or damaged files.
 */
export async function checkFolder(folder: string, engine: EngineId, part?: string | undefined): Promise<Line[]> {
  const dir = resolve(folder);
  const { oracleCase, metricCase } = await loadCase(basename(dir));
  if (oracleCase !== undefined) return checkTensors(oracleCase, dir, engine, part);
  if (metricCase !== undefined) return checkMetrics(metricCase, dir);
  throw new Error(`The case module of "${basename(dir)}" exports neither oracleCase nor metricCase.`);
}
