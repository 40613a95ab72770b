import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { ExportSize } from '@vosvfi/models/export';

function parseSize(text: string): ExportSize {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  const height = Number(match?.[1]);
  const width = Number(match?.[2]);
  if (height > 0 && width > 0) return { height, width };
  throw new InvalidArgumentError('Expected height x width in pixels, such as 480x864.');
}

function withExtension(extension: string): (path: string) => string {
  return (path) => {
    if (path.endsWith(extension)) return path;
    throw new InvalidArgumentError(`Expected a name that ends in ${extension}.`);
  };
}

const idArgument = () => new Argument('<id>', 'network, as `vosvfi models list` names it');

function listCommand() {
  return new Command('list')
    .description('List the networks that can be trained, run and exported.')
    .option('--json', 'write JSON', false)
    .action(async (options) => (await import('./models-list.js')).listModelsAction(options));
}

function infoCommand() {
  return new Command('info')
    .description('Show facts of a network, and whether a weights file fits it.')
    .addArgument(idArgument())
    .option('--weights <file>', 'safetensors or PyTorch file to check')
    .option('--prefix <text>', 'what every name in the file starts with, such as "module."')
    .option('--at <place>', 'place of the weights in a training checkpoint, such as "state_dict"')
    .option('--json', 'write JSON', false)
    .action(async (id, options) => (await import('./models-info.js')).modelInfoAction(id, options));
}

function convertCommand() {
  return new Command('convert')
    .description('Check a weights file (PyTorch or safetensors) against a network and write it as safetensors.')
    .argument('<in>', 'PyTorch checkpoint (.pth, zip or legacy) or safetensors file')
    .requiredOption('-o, --output <file>', 'file to write', withExtension('.safetensors'))
    .requiredOption('--model <id>', 'network that the weights are for')
    .option('--half', 'store half-precision numbers: a file half as large, each weight rounded to 11 bits', false)
    .option('--prefix <text>', 'what every name in the file starts with, such as "module."')
    .option('--at <place>', 'place of the weights in a training checkpoint, such as "state_dict"')
    .option('--json', 'write JSON', false)
    .action(async (input, options) => (await import('./models-convert.js')).convertAction(input, options));
}

function exportCommand() {
  return new Command('export')
    .description('Write a network with its weights as an ONNX file for frames of one size.')
    .addArgument(idArgument())
    .option('--weights <file>', 'safetensors or PyTorch file (default: those that come along, if any)')
    .requiredOption('--size <HxW>', 'height and width of the frames in pixels', parseSize)
    .requiredOption('-o, --output <file>', 'file to write', withExtension('.onnx'))
    .option('--json', 'write JSON', false)
    .action(async (id, options) => (await import('./models-export.js')).exportAction(id, options));
}

function pullCommand() {
  const backbone = new Option('--backbone <name>', 'image classifier whose features are compared')
    .choices(['alex', 'squeeze', 'vgg'] as const)
    .default('alex' as const);
  return new Command('pull')
    .description('Get the official parameters of a metric and write them as `vosvfi evaluate` reads them.')
    .addArgument(new Argument('<metric>', 'what to get').choices(['lpips'] as const))
    .requiredOption('-o, --output <folder>', 'folder to write into, for --parameters of `vosvfi evaluate`')
    .addOption(backbone)
    .option('--from <url>', 'folder on the network that has the same files, instead of the official addresses')
    .option('--json', 'write JSON', false)
    .action(async (_, options) => (await import('./models-pull.js')).pullAction(options));
}

/** `vosvfi models`: what networks there are, and their files. */
export function modelsCommand() {
  return new Command('models')
    .description('List, inspect, convert, export and get networks.')
    .addCommand(listCommand())
    .addCommand(infoCommand())
    .addCommand(convertCommand())
    .addCommand(exportCommand())
    .addCommand(pullCommand());
}
