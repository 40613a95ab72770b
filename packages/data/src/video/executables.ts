import { constants } from 'node:fs';
import { access, chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';

/** The programs that read and write video. */
export type VideoProgram = 'ffmpeg' | 'ffprobe';

/** Where a program was found: named by an environment variable, on the search path, or inside an npm package. */
export interface Executable {
  readonly path: string;
  readonly origin: 'environment' | 'path' | 'npm';
}

const variables = { ffmpeg: 'FFMPEG_PATH', ffprobe: 'FFPROBE_PATH' } as const;
const packages = { ffmpeg: '@ffmpeg-installer/ffmpeg', ffprobe: '@ffprobe-installer/ffprobe' } as const;

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function onSearchPath(program: VideoProgram): Promise<string | undefined> {
  const name = process.platform === 'win32' ? `${program}.exe` : program;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = resolve(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** The binary inside the optional npm package, if it is installed for this platform. */
async function inPackage(program: VideoProgram): Promise<string | undefined> {
  const name = process.platform === 'win32' ? `${program}.exe` : program;
  const platform = `${process.platform}-${process.arch}`;
  let path: string;
  try {
    // The platform's package is a dependency of the installer package, so that it is resolved from there.
    const installer = createRequire(import.meta.url).resolve(`${packages[program]}/package.json`);
    const scope = packages[program].slice(0, packages[program].indexOf('/'));
    path = join(createRequire(installer).resolve(`${scope}/${platform}/package.json`), '..', name);
  } catch {
    return undefined;
  }
  if (await isExecutable(path)) return path;
  try {
    // Its install script only sets this bit, and package managers may leave install scripts out.
    await chmod(path, 0o755);
  } catch (cause) {
    throw new EnvironmentError(`${path} is not executable, and it cannot be made so.`, {
      hint: `Run "chmod u+x ${path}", or set ${variables[program]}.`,
      cause,
    });
  }
  return path;
}

/**
 * Finds ffmpeg or ffprobe: `FFMPEG_PATH` or `FFPROBE_PATH`, then `PATH`, then the binary in the optional npm packages
 * `@ffmpeg-installer/ffmpeg` and `@ffprobe-installer/ffprobe`.
 * @throws EnvironmentError if there is none, or if the variable names no program.
 */
export async function findExecutable(program: VideoProgram): Promise<Executable> {
  const variable = variables[program];
  const named = process.env[variable];
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return { path: isAbsolute(named) ? named : resolve(named), origin: 'environment' };
    throw new EnvironmentError(`${variable} is "${named}", which is not an executable file.`, {
      hint: `Set it to the path of ${program}, or unset it.`,
    });
  }
  const path = await onSearchPath(program);
  if (path !== undefined) return { path, origin: 'path' };
  const packaged = await inPackage(program);
  if (packaged !== undefined) return { path: packaged, origin: 'npm' };
  throw new EnvironmentError(
    `Video files need ${program}, which is not on PATH; nor is the npm package ${packages[program]} installed for ` +
      `${process.platform}-${process.arch}.`,
    {
      hint: `Install ffmpeg with the system's package manager, run "npm install ${packages[program]}", or set ${variable}.`,
    },
  );
}
