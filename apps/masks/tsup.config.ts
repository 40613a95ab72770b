import { library } from '@vosvfi/tsup';

export default library({ extra: ['./src/masks.worker.ts'] });
