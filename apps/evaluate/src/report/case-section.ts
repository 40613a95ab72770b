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
  return `<article class="case">
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
<div class="thumbs">${errors.join('\n')}</div>
${truthCrop === null ? '' : `<div class="thumbs">${figure(truthCrop, 'ground truth', `${heading}, foreground: ground truth`)}${crops.join('\n')}</div>`}
</details>
</article>`;
}

function figure(address: string, caption: string, description: string): string {
  return `<figure><img src="${address}" alt="${escapeText(description)}"><figcaption>${escapeText(caption)}</figcaption></figure>`;
}

/** The scale of the error maps. */
export function errorScale(): string {
  return `<div class="error-scale"><span>0</span><span class="ramp" style="background:${errorGradient}"></span><span>${errorFullScale} or more of 255</span></div>
<p class="small">Error maps: absolute difference to the ground truth, mean over red, green and blue.</p>`;
}
