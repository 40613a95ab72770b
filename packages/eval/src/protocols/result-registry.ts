import { ConfigError, suggestion } from '@vosvfi/core';
import { davis2016Segmentation, davis2017Segmentation } from './definitions/davis-segmentation.js';
import { davisInpainting, youtubeVosInpainting } from './definitions/inpainting.js';
import { linemod } from './definitions/linemod.js';
import { otb2015, vot2018 } from './definitions/tracking.js';
import { type ResultProtocol, type ResultProtocolInput, resultProtocolSchema } from './results/result-protocol.js';

const inputs: readonly ResultProtocolInput[] = [
  vot2018,
  otb2015,
  linemod,
  davis2016Segmentation,
  davis2017Segmentation,
  youtubeVosInpainting,
  davisInpainting,
];

/** The protocols that judge results in files: tracking, poses, masks, completed videos. */
export const resultProtocols: readonly ResultProtocol[] = inputs.map((input) => resultProtocolSchema.parse(input));

/** The protocol of a name. @throws ConfigError naming those that there are. */
export function findResultProtocol(id: string): ResultProtocol {
  const found = resultProtocols.find((protocol) => protocol.id === id);
  if (found !== undefined) return found;
  const known = resultProtocols.map((protocol) => protocol.id);
  throw new ConfigError('protocol', `there is no protocol "${id}" of results in files.`, {
    hint: `${suggestion(id, known)} There are: ${known.join(', ')}.`.trimStart(),
  });
}
