import { ConfigError } from '@vosvfi/core';
import { type Protocol, type ProtocolInput, protocolSchema } from '../evaluation/protocol-schema.js';
import { davis2016Dev31, davis2016DevX2, syntheticX2 } from './definitions/local.js';
import { x2 } from './definitions/x2.js';

const inputs: readonly ProtocolInput[] = [x2, davis2016DevX2, davis2016Dev31, syntheticX2];

/** The protocols that come with this package. */
export const protocols: readonly Protocol[] = inputs.map((input) => protocolSchema.parse(input));

/** The protocol of a name. @throws ConfigError naming those that there are. */
export function findProtocol(id: string): Protocol {
  const found = protocols.find((protocol) => protocol.id === id);
  if (found !== undefined) return found;
  throw new ConfigError('protocol', `there is no protocol "${id}".`, {
    hint: `There are: ${protocols.map((protocol) => protocol.id).join(', ')}.`,
  });
}
