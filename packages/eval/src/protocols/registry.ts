import { ConfigError, suggestion } from '@vosvfi/core';
import { type Protocol, type ProtocolInput, protocolSchema } from '../evaluation/protocol-schema.js';
import { cityscapesZoomIn } from './definitions/cityscapes.js';
import { davis2016X2, davis2016X4, davis2017X2 } from './definitions/davis.js';
import { hd544pX4 } from './definitions/hd.js';
import { davis2016Dev31, davis2016DevX2 } from './definitions/local.js';
import { middleburyOther } from './definitions/middlebury.js';
import { pervfiDavis480p, pervfiDavis1080p } from './definitions/pervfi.js';
import { snuFilmLevels } from './definitions/snu-film.js';
import { syntheticX2 } from './definitions/synthetic.js';
import { ucf101Dvf, ucf101ZoomIn } from './definitions/ucf101.js';
import { vimeo90kTest } from './definitions/vimeo90k.js';
import { x2 } from './definitions/x2.js';
import { xiph2k, xiph4k } from './definitions/xiph.js';

const inputs: readonly ProtocolInput[] = [
  x2,
  syntheticX2,
  davis2016DevX2,
  davis2016Dev31,
  davis2016X2,
  davis2017X2,
  davis2016X4,
  vimeo90kTest,
  ucf101Dvf,
  ucf101ZoomIn,
  middleburyOther,
  xiph2k,
  xiph4k,
  hd544pX4,
  ...snuFilmLevels,
  pervfiDavis480p,
  pervfiDavis1080p,
  cityscapesZoomIn,
];

/** The protocols of frame interpolation that come with this package. */
export const protocols: readonly Protocol[] = inputs.map((input) => protocolSchema.parse(input));

/** The protocol of a name. @throws ConfigError naming those that there are. */
export function findProtocol(id: string): Protocol {
  const found = protocols.find((protocol) => protocol.id === id);
  if (found !== undefined) return found;
  const known = protocols.map((protocol) => protocol.id);
  throw new ConfigError('protocol', `there is no protocol "${id}".`, {
    hint: `${suggestion(id, known)} There are: ${known.join(', ')}.`.trimStart(),
  });
}
