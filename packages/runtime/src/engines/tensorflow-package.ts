import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';

/** Packages that bring the back-end `tensorflow`, the preferred one first. */
const packageNames = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** An installed package with the back-end `tensorflow`. */
export interface TensorflowPackage {
  readonly name: (typeof packageNames)[number];
  readonly version: string;
  /** Version of the TensorFlow.js that this package runs with. */
  readonly tfjsVersion: string;
  readonly folder: string;
}

/** What `npm` has to be told so that engine `tensorflow` becomes usable. */
function installCommand(tfjsVersion: string, name: TensorflowPackage['name'] = '@tensorflow/tfjs-node'): string {
  return `npm install ${name}@${tfjsVersion}`;
}

/**
 * The package that engine `tensorflow` runs on, from the folders where this library and the program find theirs.
 *
 * @param tfjsVersion Version of TensorFlow.js in use; the package must have been made for the same one.
 * @param origins Files or folders (with a `/` at the end) from which packages are looked up.
 * @throws EnvironmentError if there is none, or one for another TensorFlow.js.
 */
export function findTensorflowPackage(
  tfjsVersion: string,
  origins: readonly string[] = [import.meta.url, join(process.cwd(), '/')],
): TensorflowPackage {
  const found = packageNames
    .flatMap((name) => origins.map((origin) => lookUp(name, origin)))
    .find((candidate) => candidate !== undefined);
  if (found === undefined) {
    throw new EnvironmentError(
      'Engine "tensorflow" needs the package @tensorflow/tfjs-node (or @tensorflow/tfjs-node-gpu), which is not installed.',
      { hint: `Run: ${installCommand(tfjsVersion)}` },
    );
  }
  if (found.tfjsVersion !== tfjsVersion) {
    throw new EnvironmentError(
      `${found.name} ${found.version} in ${found.folder} runs with TensorFlow.js ${found.tfjsVersion}, and VOSVFI with TensorFlow.js ${tfjsVersion}; they must be the same.`,
      { hint: `Run: ${installCommand(tfjsVersion, found.name)}` },
    );
  }
  return found;
}

function lookUp(name: TensorflowPackage['name'], origin: string): TensorflowPackage | undefined {
  const require = createRequire(origin);
  const manifest = resolved(require, `${name}/package.json`);
  if (manifest === undefined) return undefined;
  const { version } = require(manifest) as { version: string };
  const tfjs = resolved(createRequire(manifest), '@tensorflow/tfjs/package.json');
  const tfjsVersion = tfjs === undefined ? 'none' : (require(tfjs) as { version: string }).version;
  return { name, version, tfjsVersion, folder: dirname(manifest) };
}

function resolved(require: NodeJS.Require, id: string): string | undefined {
  try {
    return require.resolve(id);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
