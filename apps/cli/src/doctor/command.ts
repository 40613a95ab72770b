import { Command } from '@commander-js/extra-typings';

/** `vosvfi doctor`: what of this machine VOSVFI can use. */
export function doctorCommand() {
  return new Command('doctor')
    .description('Check what VOSVFI needs on this machine: Node.js, engines and their speed, ffmpeg, sharp.')
    .option('--no-speed', 'do not measure how fast engines are (about two seconds each)')
    .option('--json', 'write JSON', false)
    .action(async (options) => (await import('./doctor.js')).doctorAction(options));
}
