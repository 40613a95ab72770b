import { comparison, errorGradient, escapeText } from '@vosvfi/report';
import { type CasePictures, errorFullScale } from './case-pictures.js';
import type { PicturedFrame } from './cases.js';
import { formatValue, type Metric, metricOf } from './values.js';

/** What one case is shown with. */
export interface ShownCase {
  readonly id: string;
  readonly frame: PicturedFrame;
  readonly pictures: CasePictures;
}

/** A case: slider, error maps, crops. */
export function caseArticle(
  { id, frame, pictures }: ShownCase,
  metric: Metric,
  titles: ReadonlyMap<string, string>,
): string {
  const { width, height, truth, truthCrop, predictions } = pictures;
  const heading = `${frame.item}, frame ${frame.name}`;
  const score = (model: string): string => {
    const value = metricOf(frame.values, model, metric.name);
    return `${formatValue(value, metric.digits)}${metric.unit === '' || value === null ? '' : ` ${metric.unit}`}`;
  };
  const titleOf = (model: string): string => titles.get(model) ?? model;
  const errors = predictions.map(({ model, error }) =>
    figure(error, `error of ${titleOf(model)}`, `${heading}: error of ${titleOf(model)}`),
  );
  const crops = predictions.flatMap(({ model, crop }) =>
    crop === null ? [] : [figure(crop, titleOf(model), `${heading}, foreground: ${titleOf(model)}`)],
  );
  const columns = Math.min(mostColumns, predictions.length + 1);
  return `<article class="case" style="--columns: ${columns}">
<h4>${escapeText(heading)}</h4>
${comparison({
  id,
  title: heading,
  truth: { name: 'ground truth', address: truth },
  others: predictions.map(({ model, whole }) => ({ name: titleOf(model), address: whole, caption: score(model) })),
  width,
  height,
})}
<details open><summary>Error maps${truthCrop === null ? '' : ' and foreground'}</summary>
<div class="thumbs">${errorScale}${errors.join('\n')}</div>
${truthCrop === null ? '' : `<div class="thumbs">${figure(truthCrop, 'ground truth', `${heading}, foreground: ground truth`)}${crops.join('\n')}</div>`}
</details>
</article>`;
}

/** Pictures beside each other; more go into the next row. */
const mostColumns = 6;

function figure(address: string, caption: string, description: string): string {
  return `<figure><img src="${address}" alt="${escapeText(description)}"><figcaption>${escapeText(caption)}</figcaption></figure>`;
}

/** The scale of the error maps, in the place of the ground truth, which has no error. */
const errorScale = `<div class="error-scale"><span class="ramp" style="background:${errorGradient}"></span><span class="ends"><span>0</span><span>${errorFullScale} or more</span></span><span>error, of 255</span></div>`;

/** What error maps show. */
export const errorNote = 'Error maps: absolute difference to the ground truth, mean over red, green and blue.';
