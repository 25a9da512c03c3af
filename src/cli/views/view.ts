import type { RunEvent } from '../../training/events.js';

/** One way to show a run. */
export type View = (event: RunEvent) => void;

/** One line of JSON an event. */
export const jsonView =
  (write: (text: string) => void): View =>
  (event) =>
    write(`${JSON.stringify(event)}\n`);

/** Whether epoch `epoch` of `epochs` gets a line: all of up to 60, else some 20 and the last. */
export function isShown(epoch: number, epochs: number): boolean {
  if (epochs <= 60 || epoch === epochs - 1) return true;
  return epoch % Math.ceil(epochs / 20) === 0;
}
