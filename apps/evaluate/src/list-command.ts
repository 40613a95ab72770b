import { Command } from '@commander-js/extra-typings';
import { listMetrics, protocols, resultProtocols } from '@vosvfi/eval';
import type { EvaluateStreams } from './streams.js';

const all = [...protocols, ...resultProtocols];

/** `vosvfi evaluate list`: protocols, or metrics. */
export function listCommand({ out }: EvaluateStreams) {
  return new Command('list')
    .description('List the protocols, or the metrics, that there are.')
    .option('--metrics', 'list metrics', false)
    .option('--json', 'print JSON', false)
    .action(({ metrics, json }) => {
      if (json) out.write(`${JSON.stringify(metrics ? metricFacts() : all, null, 2)}\n`);
      else if (metrics) for (const line of metricFacts().map(metricLine)) out.write(`${line}\n`);
      else for (const { id, title, task } of all) out.write(`${id.padEnd(28)}  ${title}${suffixOf(task)}\n`);
    });
}

/** How protocols are evaluated that are not about interpolation itself. */
function suffixOf(task: string): string {
  return task === 'interpolation' ? '' : ' (vosvfi evaluate results)';
}

function metricFacts() {
  return listMetrics().map(({ name, title, unit, isHigherBetter, needs }) => {
    return { name, title, unit, isHigherBetter, needs };
  });
}

function metricLine({ name, title, unit, isHigherBetter, needs }: ReturnType<typeof metricFacts>[number]): string {
  const facts = [unit, isHigherBetter ? 'higher is better' : 'lower is better'].filter((fact) => fact !== '');
  const needed = needs.length === 0 ? '' : `; needs ${needs.join(', ')}`;
  return `${name.padEnd(28)}  ${title} (${facts.join(', ')}${needed})`;
}
