import { library } from '@vosvfi/tsup';

export default library({ extra: ['./src/measure.worker.ts'] });
