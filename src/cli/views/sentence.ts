import { graphemes } from '../../data/graphemes.js';
import type { DoneEvent, EpochEvent, StartEvent } from '../../training/events.js';
import { padded, sparkline, styled, type Terminal, visible } from '../terminal.js';
import { isShown, type View } from './view.js';

/** A sentence being learnt, for people: what goes in, one line an epoch with the wrong letters marked, and what came out. */
export function sentenceView(terminal: Terminal, text: string): View {
  const epochs: EpochEvent[] = [];
  let total = 0;
  const line = (content = ''): void => terminal.write(`${content}\n`);
  return (event) => {
    if (event.type === 'start') {
      total = event.epochs;
      header(event, text).forEach(line);
    } else if (event.type === 'epoch') {
      epochs.push(event);
      if (isShown(event.epoch, total)) line(epochLine(event, terminal));
    } else if (event.type === 'checkpoint') line(`saved ${event.path}`);
    else if (event.type === 'done') summary(event, epochs, text, terminal).forEach(line);
  };
}

function header(
  { model, vocabulary, epochs, lr, seed, input, guess, floor }: StartEvent,
  text: string,
): string[] {
  const head = model.head ? `linear layer to ${vocabulary.length}` : 'no linear layer';
  const layers = model.numLayers > 1 ? `, ${model.numLayers} layers` : '';
  const dictionary = vocabulary.map((unit, i) => `${visible(unit)}:${i}`).join(' ');
  const [batch, time, size] = input;
  const name = `${model.cell.toUpperCase()} ${model.inputSize}→${model.hiddenSize}${layers}, ${head}`;
  const outputs = `outputs (${batch}, ${time}, ${size})`;
  const least = floor === null ? '' : `   floor ${floor.toFixed(4)}`;
  return [
    `“${text}”   ${name}, ${model.parameters} parameters, Adam lr ${lr}, ${epochs} epochs, seed ${seed}`,
    `dictionary  ${dictionary}`,
    `X (${batch}, ${time}, ${size}) = (batch, step, feature)   Y (${batch}, ${time})   ${outputs}   guess ${guess.toFixed(4)}${least}`,
    '',
  ];
}

/** ` 7  loss 1.0784  f you want you  14/14`, wrong letters red and underlined. */
function epochLine(event: EpochEvent, terminal: Terminal): string {
  const { epoch, loss, predictionStr = [], prediction = [], trueY = [], correct = 0, total = 0 } = event;
  const wanted = trueY.flat();
  const letters = predictionStr.flatMap(graphemes);
  // Where clusters grew together (a flag, say) letters and indices do not line up, and nothing is marked.
  const aligned = letters.length === wanted.length;
  const said = letters.map((letter, i) => {
    if (!aligned || prediction.flat()[i] === wanted[i]) return visibleOr(letter);
    return styled(terminal, ['red', 'underline'], visible(letter));
  });
  const score = `${correct}/${total}`;
  const marked = correct === total ? styled(terminal, 'green', score) : score;
  return `${String(epoch).padStart(3)}  loss ${loss.toFixed(4)}  ${marked.padStart(5)}  ${said.join('')}`;
}

/** Right letters are shown as they are, but a line end would break the line. */
const visibleOr = (letter: string): string => (letter === ' ' ? letter : visible(letter));

function summary(done: DoneEvent, epochs: readonly EpochEvent[], text: string, terminal: Terminal): string[] {
  const losses = epochs.map((e) => e.loss);
  if (losses.length === 0) return ['no epochs: nothing was learnt'];
  const [first, last] = [losses[0], losses[losses.length - 1]];
  const bars = styled(terminal, 'cyan', sparkline(losses));
  const start = graphemes(text)[0];
  return [
    '',
    `loss ${bars}  ${first.toFixed(4)} → ${last.toFixed(4)}`,
    whenRight(epochs),
    `free run from “${visible(start)}”: ${padded(done.freeRun ?? '', 0)}`,
  ];
}

/** `all 14 right at epochs 25–41; at the end 13/14: ‘y’ for ‘␣’`. */
function whenRight(epochs: readonly EpochEvent[]): string {
  const right = epochs.filter((e) => e.correct === e.total).map((e) => e.epoch);
  const last = epochs[epochs.length - 1];
  const end = `at the end ${last.correct ?? 0}/${last.total ?? 0}`;
  if (right.length === 0) return `never all ${last.total ?? 0} right; ${end}`;
  const spans: [number, number][] = [];
  for (const epoch of right) {
    const span = spans.at(-1);
    if (span?.[1] === epoch - 1) span[1] = epoch;
    else spans.push([epoch, epoch]);
  }
  const shown = spans.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  const list = shown.length > 4 ? [...shown.slice(0, 3), `… ${shown[shown.length - 1]}`] : shown;
  const word = right.length === 1 ? 'epoch' : 'epochs';
  return `all ${last.total ?? 0} right at ${word} ${list.join(', ')}; ${end}`;
}
