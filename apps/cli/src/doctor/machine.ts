import { arch, availableParallelism, cpus, freemem, release, totalmem, type } from 'node:os';
import type { Check } from './check.js';

/** Oldest Node.js that is tested. */
const oldestNode = { major: 20, minor: 19 } as const;

/** @param version such as `v20.20.0`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const usable = major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor);
  const remedy = `Install Node.js ${oldestNode.major}.${oldestNode.minor} or later.`;
  return { name: 'node', required: true, usable, found: version, ...(usable ? {} : { remedy }) };
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** Facts about the machine that are neither right nor wrong. */
export function machineFacts() {
  return {
    system: `${type()} ${release()} ${arch()}`,
    cpu: `${cpus()[0]?.model.trim() || 'unknown'}, ${availableParallelism()} threads`,
    memory: `${gibibytes(totalmem())}, ${gibibytes(freemem())} free`,
  };
}
