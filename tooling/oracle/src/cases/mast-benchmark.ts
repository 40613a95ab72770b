import type { HostTensor } from '@vosvfi/core';
import type { MastNetwork } from '@vosvfi/vos/mast';
import type { OracleContext } from '../case.js';

export async function runBenchmark(_context: OracleContext, _network: MastNetwork): Promise<Map<string, HostTensor>> {
  return new Map();
}
