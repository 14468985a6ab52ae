/** Plots as SVG text, drawn without a browser. Text in them is escaped by the DOM that they are drawn in. */
import { plot, type PlotOptions } from '@observablehq/plot';
import { parseHTML } from 'linkedom';

import { escapeControls } from '../escape.ts';
import { escapeHtml } from '../html/escape-html.ts';
import type { Picture } from './picture.ts';

const wide = 860;
const narrow = 350;

/** The picture twice, for a desk and for a phone; the style sheet shows one. `id` is unique on the page. */
export function figureHtml(picture: Picture, id: string): string {
  const { title, description } = picture;
  return `<figure>
${draw(picture, `${id}-wide`, wide)}
${draw(picture, `${id}-narrow`, narrow)}
<figcaption class="note">${escapeHtml(`${title}. ${description}`)}</figcaption>
</figure>`;
}

function draw({ title, description, plot: options }: Picture, id: string, width: number): string {
  const isNarrow = width === narrow;
  const { box, height, body } = svgOf({ ...options(width, isNarrow), width });
  return `<svg class="chart ${isNarrow ? 'narrow' : 'wide'}" role="img" aria-labelledby="${id}-t ${id}-d" viewBox="${box}" width="${width}" height="${height}" text-anchor="middle"><title id="${id}-t">${escapeHtml(title)}</title><desc id="${id}-d">${escapeHtml(description)}</desc>${body}</svg>`;
}

function svgOf(options: PlotOptions): { box: string; height: string; body: string } {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = plot({ ...options, document });
  // Plot's own style sheet would need a hole in the page's policy; what it says stands in ours.
  for (const style of drawn.querySelectorAll('style')) style.remove();
  // Inside an image nothing is read aloud but its title and description.
  for (const part of drawn.querySelectorAll('*')) {
    for (const name of ['aria-label', 'aria-hidden', 'aria-description', 'style']) {
      part.removeAttribute(name);
    }
  }
  const attribute = (name: string): string => drawn.getAttribute(name) ?? '';
  return {
    box: attribute('viewBox'),
    height: attribute('height'),
    body: escapeControls(shortNumbers(drawn.innerHTML)),
  };
}

/** A hundredth of a pixel is nothing that is seen. */
function shortNumbers(svg: string): string {
  return svg.replaceAll(/(\d+\.\d\d)\d+/g, '$1');
}
