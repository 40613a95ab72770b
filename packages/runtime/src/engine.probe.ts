import type { ProbeRequest } from './run-probe.js';

/** The child process of `runProbe`: tries the engine named in its argument and sends what it found. */
const { engine, speed } = JSON.parse(process.argv[2] ?? '') as ProbeRequest;
// Loaded late: where a native library is missing, importing it is what fails.
const { probeEngine } = await import('./probe-engine.js');
process.send?.(await probeEngine(engine, { speed }));
