import { Command } from '@commander-js/extra-typings';

/** `vosvfi doctor`: what of this machine VOSVFI can use. */
export function doctorCommand() {
  return new Command('doctor')
    .description('Check what VOSVFI needs on this machine: Node.js, engines, ffmpeg, sharp.')
    .option('--json', 'write JSON', false)
    .action(async (options) => (await import('./doctor.js')).doctorAction(options));
}
