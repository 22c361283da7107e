/**
 * A terminal whose picture is drawn over: each takes the place of the one before it, and is made anew when the terminal has another
 * size. What a picture shows is its caller's.
 */
import { createLogUpdate } from 'log-update';
import type { Output } from '../terminal.ts';

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

/** To the upper left corner, and nothing below it. What has scrolled out of sight stays as it is. */
const wipe = '\u001b[H\u001b[J';

export function createScreen(output: Output): Screen {
  const update = createLogUpdate(output as NodeJS.WriteStream);
  let shown: ((size: Size) => readonly string[]) | null = null;
  const redraw = () => {
    if (shown) update(shown({ columns: output.columns ?? 80, lines: (output.rows ?? 24) - 1 }).join('\n'));
  };
  // A terminal breaks what was drawn into other lines than it was drawn as: how many they are now, nobody tells.
  const onResize = () => {
    update.done();
    output.write(wipe);
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
