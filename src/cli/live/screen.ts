/**
 * A terminal whose picture is drawn over: each takes the place of the one before it, and is made anew when the terminal has another
 * size. What a picture shows is its caller's.
 */
import { createLogUpdate } from 'log-update';
import type { Output } from '../terminal.ts';
import { widthOf } from './text.ts';

export interface Size {
  readonly columns: number;
  /** That a picture can have; the line below it is the cursor's. */
  readonly lines: number;
}

export interface Screen {
  draw(picture: (size: Size) => readonly string[]): void;
  /** Takes the picture away, and draws no more. */
  clear(): void;
  /** Leaves the last picture where it is, and draws no more. */
  end(): void;
}

export function createScreen(output: Output): Screen {
  const update = createLogUpdate(output as NodeJS.WriteStream);
  let shown: ((size: Size) => readonly string[]) | null = null;
  let drawn: readonly string[] = [];
  const columnsNow = () => output.columns ?? 80;
  const redraw = () => {
    if (!shown) return;
    drawn = shown({ columns: columnsNow(), lines: (output.rows ?? 24) - 1 });
    update(drawn.join('\n'));
  };
  const onResize = () => {
    update.done();
    output.write(wipeOf(drawn, columnsNow()));
    redraw();
  };
  output.on?.('resize', onResize);
  const stop = () => {
    output.off?.('resize', onResize);
    shown = null;
  };
  return {
    draw(picture) {
      shown = picture;
      redraw();
    },
    clear() {
      update.clear();
      update.done();
      stop();
    },
    end() {
      update.done();
      stop();
    },
  };
}

/** Up to where the picture began, and nothing from there on. A terminal that has become narrower has broken its lines into more. */
function wipeOf(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[J`;
}
