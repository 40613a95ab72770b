import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** SwiftShader's driver, where Debian's and Ubuntu's packages of Chromium and Chrome have it. */
const softwareDrivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  '/snap/chromium/current/usr/lib/chromium-browser/vk_swiftshader_icd.json',
];

/** What decides which graphics adapter WebGPU finds. */
export interface AdapterEnvironment {
  readonly adapter: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * A graphics card if there seems to be one, else SwiftShader.
 * @param software Take SwiftShader in any case.
 * @throws Error with what to install, if there is neither.
 */
export function adapterEnvironment(software: boolean): AdapterEnvironment {
  const given = process.env.VK_ICD_FILENAMES;
  if (given !== undefined && !software) return { adapter: given, variables: {} };
  if (!software && (process.platform !== 'linux' || hasCard())) return { adapter: "the system's", variables: {} };
  const driver = softwareDrivers.find((path) => existsSync(path));
  if (driver === undefined) {
    throw new Error('There is no graphics card and no SwiftShader. Run: sudo apt-get install chromium');
  }
  const variables = { VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() };
  return { adapter: `SwiftShader (${driver})`, variables };
}

/** True if a device of a graphics card and a Vulkan driver are there. */
function hasCard(): boolean {
  const devices = existsSync('/dev/nvidia0') || listed('/dev/dri').some((name) => name.startsWith('renderD'));
  const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].flatMap(listed);
  return devices && drivers.length > 0;
}

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(join(folder)) : [];
}
