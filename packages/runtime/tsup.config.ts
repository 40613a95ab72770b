import { library } from '@vosvfi/tsup';

export default library({ extra: ['./src/engine.probe.ts'] });
