import type { EngineFact } from '@vosvfi/runtime';
import { alignColumns, printJson, printLines } from '../output.js';
import type { Check } from './check.js';
import { checkEngines } from './engines.js';
import { graphicsCard } from './graphics.js';
import { checkNode, machineFacts } from './machine.js';
import { checkMedia } from './media.js';

function verdict({ usable, required }: Check): string {
  if (usable) return 'ok';
  return required ? 'FAIL' : 'missing';
}

interface DoctorOptions {
  readonly json: boolean;
  /** Whether the speed of engines is measured. */
  readonly speed: boolean;
}

/** `vosvfi doctor`; the exit code is 1 if something that everything needs is not usable. */
export async function doctorAction({ json, speed }: DoctorOptions): Promise<void> {
  const machine = { ...machineFacts(), graphics: await graphicsCard() };
  const engines = await checkEngines({ speed });
  const checks = [checkNode(process.version), ...engines.checks, ...(await checkMedia())];
  const usable = checks.every((check) => check.usable || !check.required);
  if (!usable) process.exitCode = 1;
  if (json) {
    printJson({ usable, machine, engines: engines.facts, checks });
    return;
  }
  printLines([
    ...alignColumns([...Object.entries(machine).map(([name, fact]) => [name, fact])]),
    '',
    ...alignColumns(checks.map((check) => [verdict(check), check.name, check.found])),
    ...speedNote(engines.facts),
    ...checks.flatMap(({ name, remedy }) => (remedy === undefined ? [] : ['', `${name}: ${remedy}`])),
    '',
    usable ? 'VOSVFI can run on this machine.' : 'VOSVFI cannot run on this machine yet; see above.',
  ]);
}

function speedNote(facts: readonly EngineFact[]): string[] {
  const speed = facts.find((fact) => fact.speed !== undefined)?.speed;
  return speed === undefined ? [] : ['', `Speeds are those of one ${speed.operation}.`];
}
