import { alignColumns, printJson, printLines } from '../output.js';
import type { Check } from './check.js';
import { checkEngines } from './engines.js';
import { checkNode, machineFacts } from './machine.js';
import { checkMedia } from './media.js';

function verdict({ usable, required }: Check): string {
  if (usable) return 'ok';
  return required ? 'FAIL' : 'missing';
}

/** `vosvfi doctor`; the exit code is 1 if something that everything needs is not usable. */
export async function doctorAction({ json }: { readonly json: boolean }): Promise<void> {
  const machine = machineFacts();
  const checks = [checkNode(process.version), ...(await checkEngines()), ...(await checkMedia())];
  const usable = checks.every((check) => check.usable || !check.required);
  if (!usable) process.exitCode = 1;
  if (json) {
    printJson({ usable, machine, checks });
    return;
  }
  printLines([
    ...alignColumns([...Object.entries(machine).map(([name, fact]) => [name, fact])]),
    '',
    ...alignColumns(checks.map((check) => [verdict(check), check.name, check.found])),
    ...checks.flatMap(({ name, remedy }) => (remedy === undefined ? [] : ['', `${name}: ${remedy}`])),
    '',
    usable ? 'VOSVFI can run on this machine.' : 'VOSVFI cannot run on this machine yet; see above.',
  ]);
}
