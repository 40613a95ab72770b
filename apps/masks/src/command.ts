import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, Option } from '@commander-js/extra-typings';
import { describeEngine } from '@vosvfi/runtime';
import { createProgressBar, interruptible } from '@vosvfi/terminal';
import { parseCount, parseNumber, parseSize } from './arguments.js';
import { makeMasks } from './make-masks.js';
import { planMasks } from './make-plan.js';
import { formatReport, type MaskReport } from './report.js';
import { rejectionSchema } from './settings.js';

const rules = rejectionSchema.parse({});

/** Some triplets have frames that cannot be used; the others have masks. */
const PARTIAL = 3;

function exitCodeOf({ accepted, broken }: MaskReport): number {
  if (accepted === 0) return 1;
  return broken.length > 0 ? PARTIAL : 0;
}

async function toolFacts(isNetwork: boolean): Promise<object> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const tool = {
    name: 'vosvfi masks',
    version: (JSON.parse(text) as { version: string }).version,
    node: process.version,
  };
  if (!isNetwork) return tool;
  const { library, version } = await describeEngine('graph');
  return { ...tool, [library]: version };
}

/** The options that were given, by the name that a person knows. */
const given = (options: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** `vosvfi masks DIR`. Exit code 3: some triplets have frames that cannot be used; 1: no masks are for training. */
export function masksCommand() {
  return new Command('masks')
    .description('Make object masks for a data set of triplets in the Vimeo-90K layout.')
    .argument('<folder>', 'data set')
    .option('--model <name>', 'motion, deeplabv3_resnet101, deeplabv3_resnet50, or an ONNX file', 'motion')
    .option('--weights <file>', "the network's weights (safetensors or PyTorch)")
    .option('--classes <names>', 'all, movable, or labels with commas, such as person,car (default: all)')
    .option('--min-area <x>', 'parts below this go: share of a frame, or pixels from 1 on', parseNumber, 0.001)
    .option('--max-area <x>', 'reject masks that cover more of a frame', parseNumber, rules.maxArea)
    .option('--max-area-change <x>', 'reject areas that change by a larger factor', parseNumber, rules.maxAreaChange)
    .option('--min-overlap <x>', 'reject less overlap after motion, 0 to 1', parseNumber, rules.minOverlap)
    .option('-o, --output <folder>', 'data set of the accepted triplets (default: masks go into the data set)')
    .option(
      '--workers <n>',
      'threads that make masks (default: one for each core; networks: 0, they use all cores)',
      parseCount,
    )
    .option('--shorter-side <px>', 'size of the frames that DeepLabV3 sees (default: their own)', parseCount)
    .addOption(new Option('--layout <order>', 'ONNX: order of the input').choices(['nchw', 'nhwc'] as const))
    .option('--input-size <WxH>', 'ONNX: size of the input, where the file leaves it open', parseSize)
    .addOption(
      new Option('--normalize <range>', 'ONNX: range of the input').choices([
        ...(['imagenet', 'unit', 'symmetric', 'bytes'] as const),
      ]),
    )
    .option('--output-name <name>', 'ONNX: output that holds the result')
    .addOption(
      new Option('--scores <kind>', 'ONNX: what one channel holds').choices(['probability', 'logits'] as const),
    )
    .option('--json', 'write events and the report as JSON lines to stdout', false)
    .action(async (dir, options) => {
      const { model, weights, classes, minArea, shorterSide, json, output } = options;
      const { maxArea, maxAreaChange, minOverlap } = options;
      const onnx = given({
        '--layout': options.layout,
        '--input-size': options.inputSize,
        '--normalize': options.normalize,
        '--output-name': options.outputName,
        '--scores': options.scores,
      });
      const rejection = { maxArea, maxAreaChange, minOverlap };
      const plan = await planMasks({ model, weights, classes, minArea, shorterSide, rejection, onnx });
      const isNetwork = plan.maker.source.kind !== 'motion';
      const cores = availableParallelism();
      const workers = options.workers ?? (isNetwork ? 0 : cores);
      const threads = Math.max(1, Math.floor(cores / Math.max(1, workers)));
      const bar = createProgressBar(process.stderr);
      const write = (record: object) => process.stdout.write(`${JSON.stringify(record)}\n`);
      const tool = await toolFacts(isNetwork);
      const report = await interruptible((signal) =>
        makeMasks({
          ...{ dir, output, workers, tool, signal, settings: plan.settings, model: plan.model },
          plan: { ...plan.maker, threads },
          onProgress(event) {
            if (json) write(event);
            else if (event.type === 'warning') bar.line(`Broken: ${event.message}`);
            else bar.show('Masks', 'triplets', event.done, event.total ?? event.done);
          },
        }),
      ).finally(bar.stop);
      if (report === undefined) {
        process.stderr.write('Interrupted. The same command goes on.\n');
        return;
      }
      process.exitCode = exitCodeOf(report);
      if (json) write({ type: 'report', ...report });
      else process.stdout.write(formatReport(report));
    });
}
