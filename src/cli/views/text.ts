import type { ProgressEvent, StartEvent } from '../../training/events.js';
import { tableText } from '../prepare/table.js';
import { sparkline, styled, type Terminal, visible } from '../terminal.js';
import { evaluationText } from './comparison.js';
import type { View } from './view.js';

const PLAIN_EVERY_SECONDS = 10;

/** What losses are means over, one and many of it, and what the loss itself is. */
interface Names {
  readonly many: string;
  readonly rate: string;
  readonly loss: string;
}

const names = (many: string, rate = many, loss = `nats a ${many.replace(/s$/, '')}`): Names => ({
  ...{ many, rate, loss },
});
const NAMES: Readonly<Record<StartEvent['unit'], Names>> = {
  character: names('characters', 'chars'),
  jamo: names('jamo'),
  word: names('words'),
  byte: names('bytes'),
  window: names('windows', 'windows', 'squared error, scaled'),
  text: names('texts'),
  pair: names('pairs', 'units', 'nats a unit'),
};

/** A file being learnt, for people: a line an epoch on stdout, and on stderr how far the epoch is. */
export function textView(out: Terminal, notes: Terminal): View {
  const losses: number[] = [];
  let epochs = 0;
  let words = NAMES.character;
  let lastPlain = performance.now();
  const clear = (): void => {
    if (notes.live) notes.write('\r\u001b[K');
  };
  return (event) => {
    if (event.type === 'start') {
      epochs = event.epochs;
      words = NAMES[event.unit];
      notes.write(`${header(event, words)}\n`);
    } else if (event.type === 'progress') {
      const line = progressLine(event, epochs, words);
      const now = performance.now();
      if (notes.live) notes.write(`\r\u001b[K${line.slice(0, notes.columns - 1)}`);
      else if (now - lastPlain > PLAIN_EVERY_SECONDS * 1000) {
        lastPlain = now;
        notes.write(`${line}\n`);
      }
    } else if (event.type === 'epoch') {
      losses.push(event.loss);
      clear();
      const bars = styled(out, 'cyan', sparkline(losses, 30));
      const val =
        event.valLoss === undefined ? '' : `  val ${event.valLoss.toFixed(4)}${event.best ? ' ✓' : '  '}`;
      out.write(`epoch ${event.epoch + 1}/${epochs}  loss ${event.loss.toFixed(4)}${val}  ${bars}\n`);
    } else if (event.type === 'checkpoint') notes.write(`saved ${event.path}\n`);
    else if (event.type === 'sample') notes.write(`  ${visible(event.text)}\n`);
    else if (event.type === 'alert') notes.write(`note: ${event.message}\n`);
    else if (event.type === 'table') notes.write(tableText(event));
    else if (event.type === 'evaluation') notes.write(evaluationText(event));
    else if (Number.isNaN(event.loss)) notes.write('no epochs: nothing was learnt\n');
    else
      notes.write(
        `${event.epochs} epochs in ${duration(event.seconds)}, loss ${event.loss.toFixed(4)} ${words.loss}\n`,
      );
  };
}

function header(start: StartEvent, { many }: Names): string {
  const { unit, model, characters, vocabulary, lr, seed, input } = start;
  const [batch, time] = input;
  const layers = model.numLayers > 1 ? `${model.numLayers} x ` : '';
  const different =
    vocabulary.length > 0 ? `, ${vocabulary.length} different${isText(unit) ? '' : ' units'}` : '';
  const step = isText(unit) ? `${batch} streams x ${time} steps` : `${batch} a step`;
  return (
    `${count(characters)} ${many}${different}   ` +
    `${model.cell.toUpperCase()} ${layers}${model.hiddenSize}, ${count(model.parameters)} parameters   ` +
    `${step}, lr ${lr}, seed ${seed}`
  );
}

const isText = (unit: StartEvent['unit']): boolean => !['window', 'text', 'pair'].includes(unit);

function progressLine(event: ProgressEvent, epochs: number, { rate }: Names): string {
  const { epoch, step, steps, loss, charactersPerSecond, secondsLeft } = event;
  const done = Math.floor((100 * step) / steps);
  return (
    `epoch ${epoch + 1}/${epochs}  ${String(done).padStart(2)}%  loss ${loss.toFixed(4)}  ` +
    `${count(charactersPerSecond)} ${rate}/s  ${duration(secondsLeft)} left`
  );
}

/** 65, 1.2k, 3.4M. */
function count(n: number): string {
  if (n < 1000) return n.toFixed(0);
  return n < 1e6 ? `${(n / 1e3).toFixed(1)}k` : `${(n / 1e6).toFixed(2)}M`;
}

/** 4.2s, 1:05, 2:03:04. */
function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
