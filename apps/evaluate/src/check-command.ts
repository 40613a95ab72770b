import { Command } from '@commander-js/extra-typings';
import { findProtocol, openProtocol } from '@vosvfi/eval';
import type { EvaluateStreams } from './streams.js';

/** `vosvfi evaluate check PROTOCOL`: what a data set's folder lacks. */
export function checkCommand({ out }: EvaluateStreams) {
  return new Command('check')
    .description('Tell whether a folder is laid out as a protocol needs it, and what is missing.')
    .argument('<protocol>', 'one of `vosvfi evaluate list`')
    .option('--data <folder>', "the data set's folder")
    .option('--json', 'print JSON', false)
    .action(async (id, { data, json }) => {
      const protocol = findProtocol(id);
      const { items, warnings } = await openProtocol(protocol, data);
      const frames = items.reduce((sum, { predictions }) => sum + predictions.length, 0);
      if (json) {
        out.write(`${JSON.stringify({ protocol: id, items: items.length, frames, problems: warnings })}\n`);
        return;
      }
      out.write(`${protocol.title}: ${items.length} items, ${frames} frames to predict.\n`);
      if (warnings.length === 0) out.write('Nothing is missing.\n');
      for (const { path, problem } of warnings) out.write(`${path}: ${problem}\n`);
    });
}
