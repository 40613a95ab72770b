import { library } from '@vosvfi/tsup';

export default library();
