import { library } from '@vosvfi/tsup';

export default library({ extra: ['./src/batch.worker.ts', './src/prepare/prepare.worker.ts'] });
