/** The ribbon below the slider: one band for each round, and a mark where an agent, a provider or the network was at fault. */
import type { Palette } from '../frame/theme.ts';
import type { History } from '../story/history.ts';

export interface Ribbon {
  readonly rounds: readonly { readonly number: number; readonly from: number }[];
  readonly faults: readonly number[];
}

export function ribbonOf(history: History, newest: number): Ribbon {
  const rounds: { number: number; from: number }[] = [];
  const faults: number[] = [];
  for (const { kind, stream, events, position } of history.entries) {
    if (position > newest) break;
    for (const { type } of events) {
      if (kind === 'round' && (type === 'round_created' || type === 'copied'))
        rounds.push({ number: Number(stream.slice(stream.lastIndexOf('/') + 1)), from: position });
      if (type === 'faulted' || type === 'failed') faults.push(position);
    }
  }
  return { rounds, faults };
}

/** The thumb of the slider is this wide, so that the ribbon begins and ends half of it from the edges. */
const thumb = 18;

export function drawRibbon(canvas: HTMLCanvasElement, ribbon: Ribbon, newest: number, palette: Palette): void {
  const { clientWidth, clientHeight } = canvas;
  const scale = devicePixelRatio;
  canvas.width = clientWidth * scale;
  canvas.height = clientHeight * scale;
  const pen = canvas.getContext('2d');
  if (!pen || newest < 1) return;
  pen.scale(scale, scale);
  const xOf = (position: number) => thumb / 2 + ((position - 1) / Math.max(1, newest - 1)) * (clientWidth - thumb);

  pen.fillStyle = palette.band;
  pen.fillRect(xOf(1), 0, xOf(newest) - xOf(1), clientHeight);
  pen.font = `600 10px ${palette.font}`;
  pen.textBaseline = 'middle';
  let labelledTo = 0;
  ribbon.rounds.forEach(({ number, from }, index) => {
    const left = xOf(from);
    const right = xOf(ribbon.rounds[index + 1]?.from ?? newest);
    pen.fillStyle = index % 2 === 0 ? palette.bandEven : palette.bandOdd;
    pen.fillRect(left, 0, Math.max(0.5, right - left), clientHeight);
    const label = String(number + 1);
    const width = pen.measureText(label).width;
    if (right - left > width + 6 && left > labelledTo) {
      pen.fillStyle = palette.soft;
      pen.fillText(label, left + 4, clientHeight / 2 + 1);
      labelledTo = left + width;
    }
  });
  pen.fillStyle = palette.bad;
  for (const position of ribbon.faults) pen.fillRect(xOf(position) - 1, clientHeight - 5, 2, 5);
}
